-- Begins an epoch: from now on, what was sent in an older one is not stored any more.
--
-- ARGV: the key of meta, the epoch, the schema. Returns 0, or the epoch that there is, if that is not older. Whoever gave up waiting for
-- this and has begun a newer epoch since is not harmed when it happens late.
local stored = tonumber(redis.call('HGET', ARGV[1], 'epoch') or 0)
if stored >= tonumber(ARGV[2]) then return stored end
redis.call('HSET', ARGV[1], 'schema', ARGV[3], 'epoch', ARGV[2], 'turn', 0)
return 0
