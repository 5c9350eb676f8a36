//! What all checks of one node within one stretch of time come to.

use super::bytes::{Corrupt, Reader, Writer};
use super::elapsed::Elapsed;
use model::State;

/// The states by the numbers that they have in what is stored.
pub const STATES: [State; 4] = [State::Operational, State::Unknown, State::Unhealthy, State::Down];

/// The place of a state in what is kept by state.
pub const fn index(state: State) -> usize {
    match state {
        State::Operational => 0,
        State::Unknown => 1,
        State::Unhealthy => 2,
        State::Down => 3,
    }
}

/// All checks of one node within one stretch of time. What is kept by state stands at the [`index`] of the state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// How many checks found each state.
    pub checks: [u32; 4],
    /// Milliseconds in each state, outside maintenance windows.
    pub time: [u64; 4],
    /// Milliseconds in each state, within maintenance windows.
    pub maintenance: [u64; 4],
    /// How long the checks took; absent when it was measured of none.
    pub elapsed: Option<Elapsed>,
}

impl Bucket {
    /// Adds all that was added to the other: the result is the same as if it had been added here.
    pub fn merge(&mut self, other: &Self) {
        for place in 0..STATES.len() {
            self.checks[place] = self.checks[place].saturating_add(other.checks[place]);
            self.time[place] = self.time[place].saturating_add(other.time[place]);
            self.maintenance[place] = self.maintenance[place].saturating_add(other.maintenance[place]);
        }
        match (&mut self.elapsed, &other.elapsed) {
            (Some(ours), Some(theirs)) => ours.merge(theirs),
            (ours @ None, theirs) => ours.clone_from(theirs),
            (Some(_), None) => {}
        }
    }

    /// Adds what a check found and how many microseconds it took.
    pub fn add_check(&mut self, state: State, elapsed: Option<u32>) {
        let checks = &mut self.checks[index(state)];
        *checks = checks.saturating_add(1);
        match (&mut self.elapsed, elapsed) {
            (Some(kept), Some(value)) => kept.add(value),
            (kept @ None, Some(value)) => *kept = Some(Elapsed::new(value)),
            (_, None) => {}
        }
    }

    /// Adds time that the node was in a state, within a maintenance window or outside.
    pub fn add_time(&mut self, state: State, milliseconds: u64, maintenance: bool) {
        let times = if maintenance { &mut self.maintenance } else { &mut self.time };
        times[index(state)] = times[index(state)].saturating_add(milliseconds);
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Milliseconds in a state, with those within maintenance windows or without.
    pub fn time_in(&self, state: State, with_maintenance: bool) -> u64 {
        let maintenance = if with_maintenance { self.maintenance[index(state)] } else { 0 };
        self.time[index(state)].saturating_add(maintenance)
    }
}

// A bucket begins with one byte that says what is written of it: in two bits each its main state, and how the checks, the time
// and the elapsed times are written. The usual bucket has one state all through, of which there is hardly anything to say.
const CHECKS: u32 = 2;
const TIME: u32 = 4;
const ELAPSED: u32 = 6;

/// There is none.
const NONE: u8 = 0;
/// One check, in the main state; or all the time of the bucket in the main state, outside maintenance; or one elapsed time.
const USUAL: u8 = 1;
/// All in the main state, outside maintenance: a number follows. Of elapsed times, several.
const MAIN: u8 = 2;
/// As it comes.
const MIXED: u8 = 3;

impl Bucket {
    /// Writes a bucket of this length in milliseconds.
    pub fn write(&self, writer: &mut Writer, length: u64) {
        let main = (0..STATES.len()).max_by_key(|&place| (self.checks[place], self.time[place])).unwrap_or_default();
        let checks = self.checks.map(u64::from);
        let checks_shape = shape(&checks, main, 1);
        let times = self.times();
        let time_shape = shape(&times, main, length);
        let elapsed_shape = self.elapsed.as_ref().map_or(NONE, |elapsed| if elapsed.is_of_one() { USUAL } else { MAIN });
        writer.byte(main as u8 | checks_shape << CHECKS | time_shape << TIME | elapsed_shape << ELAPSED);
        write_numbers(writer, &checks, main, checks_shape);
        write_numbers(writer, &times, main, time_shape);
        match &self.elapsed {
            Some(one) if elapsed_shape == USUAL => writer.unsigned(one.minimum.into()),
            Some(many) => many.write(writer),
            None => {}
        }
    }

    /// Reads what `write` wrote, given the same length.
    pub fn read(reader: &mut Reader<'_>, length: u64) -> Result<Self, Corrupt> {
        let head = reader.byte()?;
        let main = usize::from(head & 3);
        let mut bucket = Self::default();
        for (kept, read) in bucket.checks.iter_mut().zip(read_numbers::<4>(reader, main, head >> CHECKS & 3, 1)?) {
            *kept = u32::try_from(read).map_err(|_| Corrupt::Invalid("a number of checks of more than 32 bits"))?;
        }
        let times = read_numbers::<8>(reader, main, head >> TIME & 3, length)?;
        bucket.time.copy_from_slice(&times[..4]);
        bucket.maintenance.copy_from_slice(&times[4..]);
        bucket.elapsed = match head >> ELAPSED {
            NONE => None,
            USUAL => Some(Elapsed::new(reader.unsigned_32()?)),
            MAIN => Some(Elapsed::read(reader)?),
            _ => return Err(Corrupt::Invalid("elapsed times written in a way that is none")),
        };
        Ok(bucket)
    }

    /// The times outside maintenance, then those within.
    fn times(&self) -> [u64; 8] {
        let mut times = [0; 8];
        times[..4].copy_from_slice(&self.time);
        times[4..].copy_from_slice(&self.maintenance);
        times
    }
}

/// The shortest way to write these numbers.
fn shape(numbers: &[u64], main: usize, usual: u64) -> u8 {
    let others = numbers.iter().enumerate().any(|(place, &number)| place != main && number != 0);
    match numbers[main] {
        _ if others => MIXED,
        0 => NONE,
        number if number == usual => USUAL,
        _ => MAIN,
    }
}

fn write_numbers(writer: &mut Writer, numbers: &[u64], main: usize, shape: u8) {
    match shape {
        MAIN => writer.unsigned(numbers[main]),
        MIXED => {
            writer.byte((0..numbers.len()).fold(0, |places, place| places | u8::from(numbers[place] != 0) << place));
            numbers.iter().filter(|&&number| number != 0).for_each(|&number| writer.unsigned(number));
        }
        _ => {}
    }
}

fn read_numbers<const N: usize>(reader: &mut Reader<'_>, main: usize, shape: u8, usual: u64) -> Result<[u64; N], Corrupt> {
    let mut numbers = [0; N];
    match shape {
        USUAL => numbers[main] = usual,
        MAIN => numbers[main] = reader.unsigned()?,
        MIXED => {
            let places = reader.byte()?;
            if places.checked_shr(N as u32).is_some_and(|beyond| beyond != 0) {
                return Err(Corrupt::Invalid("a number of a state that is none"));
            }
            for place in (0..N).filter(|&place| places >> place & 1 == 1) {
                numbers[place] = reader.unsigned()?;
            }
        }
        _ => {}
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies;
    use proptest::prelude::*;

    fn written(bucket: &Bucket) -> Vec<u8> {
        let mut writer = Writer::new();
        bucket.write(&mut writer, 60_000);
        writer.finish()
    }

    #[track_caller]
    fn check_written(bucket: &Bucket, expect: &[u8]) {
        assert_eq!(written(bucket), expect);
        let mut reader = Reader::new(expect).unwrap();
        assert_eq!(Bucket::read(&mut reader, 60_000).as_ref(), Ok(bucket));
        assert!(reader.is_at_end());
    }

    /// What is stored outlives the program: these bytes, once written, are to be read for ever.
    #[test]
    fn buckets_are_written_as_ever() {
        let mut bucket = Bucket::default();
        check_written(&bucket, &[1, 0b00_00_00_11]);
        bucket.add_time(State::Operational, 60_000, false);
        check_written(&bucket, &[1, 0b00_01_00_00]);
        bucket.add_check(State::Operational, Some(300));
        check_written(&bucket, &[1, 0b01_01_01_00, 0xac, 0x02]);
        bucket.add_check(State::Operational, Some(330));
        check_written(&bucket, &[1, 0b10_01_10_00, 2, 0xac, 0x02, 30, 0b0001_0101, 4]);
    }

    #[test]
    fn mixed_buckets_are_written_as_ever() {
        let mut bucket = Bucket::default();
        bucket.add_check(State::Down, None);
        bucket.add_time(State::Down, 5, false);
        check_written(&bucket, &[1, 0b00_10_01_11, 5]);
        bucket.add_time(State::Down, 6, true);
        check_written(&bucket, &[1, 0b00_11_01_11, 0b1000_1000, 5, 6]);
        bucket.add_check(State::Unknown, None);
        check_written(&bucket, &[1, 0b00_11_11_11, 0b1010, 1, 1, 0b1000_1000, 5, 6]);
    }

    #[track_caller]
    fn check_refused(bytes: &[u8], expect: &'static str) {
        let read = Bucket::read(&mut Reader::new(bytes).unwrap(), 60_000);
        assert_eq!(read, Err(Corrupt::Invalid(expect)));
    }

    #[test]
    fn bad_bytes_are_refused() {
        check_refused(&[1, 0b11_00_00_00], "elapsed times written in a way that is none");
        check_refused(&[1, 0b00_00_11_00, 0b1_0000], "a number of a state that is none");
        check_refused(&[1, 0b00_00_10_00, 0xff, 0xff, 0xff, 0xff, 0x7f], "a number of checks of more than 32 bits");
        check_refused(&[1, 0b10_00_00_00, 5, 0, 0b0001_0000, 1], "elapsed times whose sum is not that of so many");
        check_refused(&[1, 0b10_00_00_00, 5, 0, 0b0001_0000, 2], "elapsed times whose sum is not that of so many");
        check_refused(&[1, 0b10_00_00_00, 1, 0xff, 0xff, 0xff, 0xff, 0x0f], "a time of more than 32 bits");
        check_refused(&[1, 0b10_00_00_00, 1, 1, 0b0001_0001, 0b0000_0000], "a value larger than the largest");
    }

    #[test]
    fn states_have_numbers() {
        assert!(STATES.iter().enumerate().all(|(place, &state)| index(state) == place));
    }

    #[test]
    fn time_is_told_with_maintenance_or_without() {
        let mut bucket = Bucket::default();
        assert!(bucket.is_empty());
        bucket.add_time(State::Down, 5, false);
        bucket.add_time(State::Down, 7, true);
        assert_eq!((bucket.time_in(State::Down, false), bucket.time_in(State::Down, true)), (5, 12));
        assert_eq!(bucket.time_in(State::Unknown, true), 0);
        assert!(!bucket.is_empty());
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn a_bucket_comes_back(bucket in strategies::buckets()) {
            let bytes = written(&bucket);
            let mut reader = Reader::new(&bytes).unwrap();
            prop_assert_eq!(Bucket::read(&mut reader, 60_000), Ok(bucket));
            prop_assert!(reader.is_at_end());
        }

        #[test]
        fn merging_is_in_any_order(one in strategies::buckets(), two in strategies::buckets(), three in strategies::buckets()) {
            let merged = |one: &Bucket, other: &Bucket| {
                let mut merged = one.clone();
                merged.merge(other);
                merged
            };
            prop_assert_eq!(merged(&one, &two), merged(&two, &one));
            prop_assert_eq!(merged(&merged(&one, &two), &three), merged(&one, &merged(&two, &three)));
            prop_assert_eq!(merged(&one, &Bucket::default()), one);
        }
    }
}
