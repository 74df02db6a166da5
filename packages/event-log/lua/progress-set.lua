--[[
Keeps the newest progress of a job for snapshots.

KEYS[1] progress   KEYS[2] fence of the job's channel

ARGV[1] attempt    ARGV[2] progress as JSON    ARGV[3] lifetime, seconds

Output: 'published' | 'fenced' | 'no_fence'
Events: none (the message itself leaves through the emitter)
]]
local fence = redis.call('GET', KEYS[2])
if not fence then return 'no_fence' end
if fence ~= ARGV[1] then return 'fenced' end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 'published'
