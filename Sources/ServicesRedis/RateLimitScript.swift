import Redis

/// `RateLimitBatch` in Lua.
enum RateLimitScript {
    /// Decides several requests at once.
    ///
    /// `KEYS`: one per request. `ARGV`: time or empty, 1 to charge, milliseconds to keep a key after its reset, limits
    /// per key; then per request slot, policy, limit, burst, period, cost units, drain units, cost. Answers four numbers
    /// per request: allowed, remaining, reset after, retry after (-1: none). A field holds anchor, current, previous and
    /// the time from which it may be forgotten.
    ///
    /// Lua's numbers are doubles. They are exact here because the terms keep all products below 2^53, and because
    /// divisions go through `fmod`, which does not round.
    static let decide = RedisScript(
        name: "rate limit",
        source: """
            local now = tonumber(ARGV[1])
            if not now then
              local time = redis.call('TIME')
              now = time[1] * 1000000 + time[2]
            end
            local charging, keep, most = ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4])
            local greatest = 9007199254740992
            local function down(a, b) return (a - math.fmod(a, b)) / b end
            local function up(a, b)
              local rest = math.fmod(a, b)
              if rest == 0 then return a / b end
              return (a - rest) / b + 1
            end
            local function text(number) return string.format('%.0f', number) end

            local function parse(value)
              if not value then return nil end
              local anchor, current, previous = string.match(value, '^(%-?%d+) (%d+) (%d+) %-?%d+$')
              anchor, current, previous = tonumber(anchor), tonumber(current), tonumber(previous)
              if not previous then return nil end
              if math.abs(anchor) > greatest or current > greatest or previous > greatest then return nil end
              return { anchor = anchor, current = current, previous = previous }
            end

            -- A stored state brought to now.
            local function view(state, t)
              if t.policy == 'gcra' then
                if not state or state.anchor > now + t.period then return { anchor = now, current = 0, previous = 0 } end
                local elapsed = math.max(0, now - state.anchor)
                if elapsed >= up(state.current, t.drain) then return { anchor = now, current = 0, previous = 0 } end
                return { anchor = now, current = state.current - elapsed * t.drain, previous = 0 }
              end
              local window = now - math.fmod(now, t.period)
              local fresh = { anchor = window, current = 0, previous = 0 }
              if not state or state.anchor > window + t.period then return fresh end
              if t.policy == 'fixed' then
                if state.anchor < window then return fresh end
                return { anchor = window, current = state.current, previous = 0 }
              end
              if state.anchor <= window - 2 * t.period then return fresh end
              if state.anchor > window - t.period then
                return { anchor = window, current = state.current, previous = state.previous }
              end
              return { anchor = window, current = 0, previous = state.current }
            end

            local function weighted(s, t)
              return up(s.previous * up((t.period - (now - s.anchor)) * 256, t.period), 256)
            end
            local function remaining(s, t)
              if t.policy == 'fixed' then return math.max(0, t.limit - s.current) end
              if t.policy == 'sliding' then return math.max(0, t.limit - s.current - weighted(s, t)) end
              return down(math.max(0, t.burst * t.units - s.current), t.units)
            end
            local function reset(s, t)
              local elapsed = now - s.anchor
              if t.policy == 'gcra' then return up(s.current, t.drain) end
              if t.policy == 'fixed' then return s.current > 0 and t.period - elapsed or 0 end
              if s.current > 0 then return 2 * t.period - elapsed end
              return s.previous > 0 and t.period - elapsed or 0
            end
            local function fading(count, room, t) return t.period - down(down(room * 256, count) * t.period, 256) end
            -- 0: allowed now; -1: never.
            local function retry(s, t)
              if t.cost > t.burst then return -1 end
              if t.policy == 'fixed' then
                return s.current + t.cost <= t.limit and 0 or s.anchor + t.period - now
              end
              if t.policy == 'sliding' then
                local elapsed = now - s.anchor
                local room = t.limit - t.cost - s.current
                if room >= weighted(s, t) then return 0 end
                if room >= 0 then return fading(s.previous, room, t) - elapsed end
                return t.period + fading(s.current, t.limit - t.cost, t) - elapsed
              end
              local excess = s.current + t.cost * t.units - t.burst * t.units
              return excess <= 0 and 0 or up(excess, t.drain)
            end

            local stored, written, order, terms, answer = {}, {}, {}, {}, {}
            local isAllowed = true
            for i = 1, #KEYS do
              local a = 4 + (i - 1) * 8
              local t = {
                slot = ARGV[a + 1], policy = ARGV[a + 2], limit = tonumber(ARGV[a + 3]), burst = tonumber(ARGV[a + 4]),
                period = tonumber(ARGV[a + 5]), units = tonumber(ARGV[a + 6]), drain = tonumber(ARGV[a + 7]),
                cost = tonumber(ARGV[a + 8]),
              }
              t.place = t.slot .. ' ' .. KEYS[i]
              terms[i] = t
              if stored[t.place] == nil then
                stored[t.place] = parse(redis.call('HGET', KEYS[i], t.slot)) or false
              end
              local s = view(written[t.place] and written[t.place].state or stored[t.place] or nil, t)
              local wait = retry(s, t)
              if wait == 0 then
                s.current = s.current + t.cost * t.units
                if not written[t.place] then order[#order + 1] = t.place end
                written[t.place] = { state = s, key = KEYS[i], slot = t.slot, reset = reset(s, t) }
              else
                isAllowed = false
              end
              answer[i] = { wait == 0 and 1 or 0, remaining(s, t), reset(s, t), wait == 0 and -1 or wait }
            end

            if not (charging and isAllowed) then
              for i, t in ipairs(terms) do
                local s = view(stored[t.place] or nil, t)
                answer[i][2], answer[i][3] = remaining(s, t), reset(s, t)
              end
            else
              for _, place in ipairs(order) do
                local w = written[place]
                local isNew = redis.call('HSET', w.key, w.slot, text(w.state.anchor) .. ' ' .. text(w.state.current) .. ' '
                  .. text(w.state.previous) .. ' ' .. text(now + w.reset))
                local needed = up(w.reset, 1000) + keep
                if redis.call('PTTL', w.key) < needed then redis.call('PEXPIRE', w.key, text(needed)) end
                if isNew == 1 and redis.call('HLEN', w.key) > most then
                  local fields, least, field = redis.call('HGETALL', w.key), nil, nil
                  for i = 1, #fields, 2 do
                    local ends = tonumber(string.match(fields[i + 1], '%-?%d+$')) or 0
                    if fields[i] ~= w.slot and (not least or ends < least) then least, field = ends, fields[i] end
                  end
                  if field then redis.call('HDEL', w.key, field) end
                end
              end
            end

            local flat = {}
            for _, numbers in ipairs(answer) do
              for _, number in ipairs(numbers) do flat[#flat + 1] = number end
            end
            return flat
            """
    )
}
