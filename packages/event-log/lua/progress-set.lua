--[[
Keeps the newest progress of a job for snapshots, and publishes it: an attempt that has lost its job, at whatever moment, shows none.
Progress that is sent again, or was overtaken, changes nothing.

KEYS[1] progress   KEYS[2] fence of the job's channel

ARGV[1] attempt    ARGV[2] its n    ARGV[3] progress as JSON    ARGV[4] lifetime, seconds
ARGV[5], ARGV[6], … for each room: Redis channel of the instances, bus message

Output: 'published' | 'fenced' | 'no_fence'
Events: PUBLISH "<room> - -\n<packet text>" for each room (only where it is the newest)
]]
local fence = redis.call('GET', KEYS[2])
if not fence then return 'no_fence' end
if fence ~= ARGV[1] then return 'fenced' end
local kept = redis.call('GET', KEYS[1])
if kept then
  local newest = cjson.decode(kept)
  if newest.attempt == tonumber(ARGV[1]) and newest.n >= tonumber(ARGV[2]) then return 'published' end
end
redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[4])
for index = 5, #ARGV, 2 do redis.call('PUBLISH', ARGV[index], ARGV[index + 1]) end
return 'published'
