--[[
Shuts out an attempt that has ended: from here on nobody may write until a later attempt is let in.

KEYS[1] fence  "<attempt>", or "<attempt>:closed"

ARGV[1] attempt    ARGV[2] lifetime, seconds

Output: 1 if nobody may write now, 0 if a later attempt may
Events: none
]]
local fence = tonumber(string.match(redis.call('GET', KEYS[1]) or '0', '^%d+'))
if fence > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ':closed', 'EX', ARGV[2])
return 1
