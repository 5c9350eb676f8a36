/// A number of things, which decides between singular and plural.
pub trait Amount: Copy + PartialEq {
    fn is_zero(self) -> bool;
    fn is_one(self) -> bool;
}

macro_rules! amounts {
    ($($number:ty),+) => {
        $(impl Amount for $number {
            fn is_zero(self) -> bool {
                self == 0
            }

            fn is_one(self) -> bool {
                self == 1
            }
        })+
    };
}

amounts!(u32, u64, usize, i64);
