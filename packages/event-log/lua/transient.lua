--[[
Publishes a transient message of an attempt: one that has lost its job, at whatever moment, shows none.

KEYS[1] fence  of the channel

ARGV[1] attempt   ARGV[2] Redis channel of the instances   ARGV[3] bus message

Output: 'published' | 'fenced' | 'no_fence'
Events: PUBLISH "<room> - -\n<packet text>" (only when published)
]]
local fence = redis.call('GET', KEYS[1])
if not fence then return 'no_fence' end
if fence ~= ARGV[1] then return 'fenced' end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 'published'
