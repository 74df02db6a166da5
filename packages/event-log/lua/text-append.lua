--[[
Appends to the text of a job and publishes the chunk. An append that is sent again changes nothing.

KEYS[1] text   string
KEYS[2] meta   hash { operationType, attempt, base, sealed, full }: base is where the attempt's own text begins
KEYS[3] fence  of the job's channel

ARGV[1] attempt            ARGV[5] '1' for the truncation mark, which alone may pass the limit, else '0'
ARGV[2] expected offset    ARGV[6] lifetime, seconds
ARGV[3] text               ARGV[7] Redis channel of the instances
ARGV[4] most bytes kept    ARGV[8] room        ARGV[9] packet text        ARGV[10] operation type

Output: { 'appended' | 'gap' | 'full' | 'overflow' | 'sealed' | 'fenced' | 'no_fence', end of the text }
Events: PUBLISH "<room> - - <attempt> <base> <offset> <end>\n<packet text>" (only when appended)
]]
local length = redis.call('STRLEN', KEYS[1])
local fence = redis.call('GET', KEYS[3])
if not fence then return { 'no_fence', length } end
if fence ~= ARGV[1] then return { 'fenced', length } end

local meta = redis.call('HMGET', KEYS[2], 'attempt', 'base', 'sealed', 'full')
if meta[3] then return { 'sealed', length } end
local offset = tonumber(ARGV[2])
local finish = offset + #ARGV[3]
if length >= finish and redis.call('GETRANGE', KEYS[1], offset, finish - 1) == ARGV[3] then
  return { 'appended', finish }
end
if meta[4] then return { 'full', length } end
if length ~= offset then return { 'gap', length } end
if ARGV[5] == '0' and finish > tonumber(ARGV[4]) then return { 'overflow', length } end

local base = meta[1] == ARGV[1] and meta[2] or ARGV[2]
redis.call('APPEND', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[2], 'operationType', ARGV[10], 'attempt', ARGV[1], 'base', base)
if ARGV[5] == '1' then redis.call('HSET', KEYS[2], 'full', '1') end
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[6])
local header = table.concat({ ARGV[8], '-', '-', ARGV[1], base, ARGV[2], string.format('%.0f', finish) }, ' ')
redis.call('PUBLISH', ARGV[7], header .. '\n' .. ARGV[9])
return { 'appended', finish }
