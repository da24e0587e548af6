import Redis

/// Leases in Lua; the same decisions as `LockState`.
///
/// A name is a hash of token, holder, request id, time of the grant and end of the lease, in microseconds of the
/// server's clock. It stays when the lease ends, because the token must not go back. A name's first token is the time in
/// microseconds: tokens rise even over a server that lost its data, as long as its clock does not run backwards.
enum LockScript {
    private static let preamble = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local function text(number) return string.format('%.0f', number) end
        local function read(key)
          local v = redis.call('HMGET', key, 'token', 'holder', 'request', 'ends')
          if not v[1] then return nil end
          local ends = tonumber(v[4] or '0')
          return { token = tonumber(v[1]), holder = v[2], request = v[3], ends = ends, isHeld = ends > now }
        end
        local function isCurrent(key, holder, token)
          local lock = read(key)
          return lock and lock.isHeld and lock.holder == holder and text(lock.token) == token
        end

        """

    /// Takes names: all or none.
    ///
    /// `KEYS`: the index, then one per name. `ARGV`: holder, request id, time to live in microseconds, then the names.
    /// Answers 1 and the tokens, or 0, the position of the held name, its holder and what remains.
    static let acquire = RedisScript(
        name: "lock acquire",
        source: preamble + """
            local holder, request, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
            local locks = {}
            for i = 2, #KEYS do
              local lock = read(KEYS[i])
              locks[i] = lock
              if lock and lock.isHeld and (lock.holder ~= holder or lock.request ~= request) then
                return { 0, i - 2, lock.holder, text(lock.ends - now) }
              end
            end
            local answer = { 1 }
            for i = 2, #KEYS do
              local lock = locks[i]
              local token = lock and lock.token or now
              if not (lock and lock.isHeld) then
                if lock then token = token + 1 end
                redis.call('HSET', KEYS[i], 'token', text(token), 'holder', holder, 'request', request,
                  'acquired', text(now), 'ends', text(now + ttl))
                if not lock then redis.call('ZADD', KEYS[1], 0, ARGV[i + 2]) end
              else
                redis.call('HSET', KEYS[i], 'ends', text(now + ttl))
              end
              answer[i] = text(token)
            end
            return answer
            """
    )

    /// Gives leases a new end: all or none.
    ///
    /// `KEYS`: one per lease. `ARGV`: time to live in microseconds, then holder and token of each. Answers 1 or 0.
    static let renew = RedisScript(
        name: "lock renew",
        source: preamble + """
            for i = 1, #KEYS do
              if not isCurrent(KEYS[i], ARGV[i * 2], ARGV[i * 2 + 1]) then return 0 end
            end
            for i = 1, #KEYS do redis.call('HSET', KEYS[i], 'ends', text(now + tonumber(ARGV[1]))) end
            return 1
            """
    )

    /// Ends leases and tells who waits.
    ///
    /// `KEYS`: one per lease. `ARGV`: holder, token and channel of each. Answers how many were held.
    static let release = RedisScript(
        name: "lock release",
        source: preamble + """
            local count = 0
            for i = 1, #KEYS do
              if isCurrent(KEYS[i], ARGV[i * 3 - 2], ARGV[i * 3 - 1]) then
                redis.call('HSET', KEYS[i], 'ends', '0')
                redis.call('PUBLISH', ARGV[i * 3], '')
                count = count + 1
              end
            end
            return count
            """
    )

    /// Looks whether a lease is held.
    ///
    /// `KEYS`: the lease's. `ARGV`: holder and token. Answers 1 or 0.
    static let isCurrent = RedisScript(
        name: "lock check",
        source: preamble + "return isCurrent(KEYS[1], ARGV[1], ARGV[2]) and 1 or 0"
    )

    /// Lists names in order.
    ///
    /// `KEYS`: the index. `ARGV`: what keys begin with, lower and upper end of the names, limit.
    /// Answers name, token, and for held ones holder, time of the grant and what remains.
    static let records = RedisScript(
        name: "lock list",
        source: preamble + """
            local answer = {}
            for _, name in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])) do
              local lock = read(ARGV[1] .. name)
              if lock and lock.isHeld then
                local acquired = redis.call('HGET', ARGV[1] .. name, 'acquired')
                answer[#answer + 1] = { name, text(lock.token), lock.holder, acquired, text(lock.ends - now) }
              elseif lock then
                answer[#answer + 1] = { name, text(lock.token) }
              end
            end
            return answer
            """
    )
}
