--[[
Says which attempt may write; never lowers it, so that a late writer can't take a job back. An attempt that was shut out
(fence-close) stays so.

KEYS[1] fence  "<attempt>", or "<attempt>:closed"

ARGV[1] attempt    ARGV[2] lifetime, seconds

Output: the newest attempt that was let in
Events: none
]]
local fence = tonumber(string.match(redis.call('GET', KEYS[1]) or '0', '^%d+'))
local attempt = tonumber(ARGV[1])
if attempt > fence then
  redis.call('SET', KEYS[1], string.format('%.0f', attempt), 'EX', ARGV[2])
  return attempt
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return fence
