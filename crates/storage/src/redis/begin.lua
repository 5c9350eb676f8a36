-- Begins an epoch: from now on, writes of an older one are not stored.
--
-- ARGV: the key of meta, the epoch, the schema. Returns 0, or the current epoch if that is not older. A late
-- call does no harm to a newer epoch.
local stored = tonumber(redis.call('HGET', ARGV[1], 'epoch') or 0)
if stored >= tonumber(ARGV[2]) then return stored end
redis.call('HSET', ARGV[1], 'schema', ARGV[3], 'epoch', ARGV[2], 'turn', 0)
return 0
