-- Applies one commit, one fold or one deletion: as a whole, and never after a later one.
--
-- ARGV: prefix, epoch, turn, number of the commit (empty when it is none), and then operations: how many words, and the words.
-- Answers {word, names that other programs have}.
local prefix, epoch, turn, number = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local meta, names = prefix .. 'meta', prefix .. 'names'

-- Of two whole numbers, since Lua has no exact ones of 64 bits.
local function is_above(one, other)
  if #one ~= #other then return #one > #other end
  return one > other
end

local known = redis.call('HMGET', meta, 'epoch', 'turn', 'last_commit')
local stored_epoch, stored_turn = tonumber(known[1] or 0), tonumber(known[2] or 0)
if stored_epoch > epoch then return {'taken'} end
if stored_epoch == epoch and stored_turn >= turn then return {'late'} end
if number ~= '' and not is_above(number, known[3] or '0') then return {'stored'} end

-- The first command that writes is one that Redis refuses when its memory is full: nothing has changed then.
redis.call('HSET', meta, 'schema', 1, 'epoch', epoch, 'turn', turn)

-- The nodes that have rows, by the name of their service, the worst first.
local function rows(name) return prefix .. 'rows:' .. name end

local touched = {}

local function hide(key, new_name)
  local name = redis.call('HGET', key, 'name')
  redis.call('DEL', key)
  if name and name ~= new_name then
    redis.call('ZREM', rows(name), key)
    touched[name] = true
  end
end

local function show(key, name, rank, ...)
  hide(key, name)
  redis.call('HSET', key, 'name', name, ...)
  redis.call('ZADD', rows(name), rank, key)
  touched[name] = true
end

local function raise(field, value)
  local before = redis.call('HGET', meta, field)
  if is_above(value, before or '0') then redis.call('HSET', meta, field, value) end
end

-- An event, whose id stays with it. Should it be of another node than before, it has another place in the order.
local function enter(order, content, id, score, member, record)
  local before = redis.call('HGET', content, id)
  if before then
    redis.call('ZREM', order, string.format('%s:%d', string.match(member, '^%d+'), cjson.decode(before).node))
  end
  redis.call('ZADD', order, score, member)
  redis.call('HSET', content, id, record)
end

local function trim(through)
  local journal = prefix .. 'journal'
  for _, entry in ipairs(redis.call('HKEYS', journal)) do
    if not is_above(entry, through) then redis.call('HDEL', journal, entry) end
  end
end

local at = 5
while at <= #ARGV do
  local count, word = tonumber(ARGV[at]), ARGV[at + 1]
  local last = at + count
  if word == 'show' then show(unpack(ARGV, at + 2, last))
  elseif word == 'hide' then hide(ARGV[at + 2])
  elseif word == 'enter' then enter(unpack(ARGV, at + 2, last))
  elseif word == 'raise' then raise(ARGV[at + 2], ARGV[at + 3])
  elseif word == 'trim' then trim(ARGV[at + 2])
  else redis.call(unpack(ARGV, at + 1, last)) end
  at = last + 1
end

-- The key that the original had. It is another program's unless it is a hash that this one wrote or that looks like the original's.
-- There may be no right to it, which is no reason to fail.
local function publish(name)
  local kind = redis.pcall('TYPE', name)
  if kind.err then return false end
  local worst = redis.call('ZRANGE', rows(name), 0, 0)[1]
  local may = kind.ok == 'none' or (kind.ok == 'hash' and redis.call('HEXISTS', name, 'state') == 1)
  if not worst then
    local was_ours = redis.call('SREM', names, name) == 1
    if was_ours and kind.ok == 'hash' and may then redis.pcall('DEL', name) end
    return true
  end
  if not may then return false end
  local removed = redis.pcall('DEL', name)
  if type(removed) == 'table' and removed.err then return false end
  local written = redis.pcall('HSET', name, unpack(redis.call('HGETALL', worst)))
  if type(written) == 'table' and written.err then return false end
  redis.call('SADD', names, name)
  return true
end

local foreign = {}
for name in pairs(touched) do
  local is_free = name ~= '' and string.sub(name, 1, #prefix) ~= prefix
  if not is_free or not publish(name) then table.insert(foreign, name) end
end

-- Last, so that a commit that failed on the way is not taken for stored.
if number ~= '' then redis.call('HSET', meta, 'last_commit', number, 'imported', 1) end
return {'applied', unpack(foreign, 1, 1000)}
