--[[
Ends the text of a job: no append changes it from here on.

KEYS[1] text   KEYS[2] meta

ARGV[1] lifetime, seconds

Output: end of the text
Events: none
]]
redis.call('HSET', KEYS[2], 'sealed', '1')
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[1])
return redis.call('STRLEN', KEYS[1])
