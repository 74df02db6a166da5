--[[
Says which attempt may write; never lowers it, so that a late writer can't take a job back.

KEYS[1] fence

ARGV[1] attempt    ARGV[2] lifetime, seconds

Output: the attempt that may write now
Events: none
]]
local fence = tonumber(redis.call('GET', KEYS[1]) or '0')
local attempt = math.max(fence, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%.0f', attempt), 'EX', ARGV[2])
return attempt
