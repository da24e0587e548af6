package import Services
import Testing

/// What every carrier of messages promises.
package enum PubSubContract {
    package typealias Check = ContractCheck<any PubSubDriver>

    package static var checks: [Check] { hearing + topics + payloads + readers }

    /// Far above what any check sends.
    static let ample = 20_000

    static let hearing: [Check] = [
        Check("A subscriber hears what is published after it subscribed, also from its own driver") { store in
            let driver = try await store.open()
            let subscription = try await driver.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            try await driver.publish([.make("t", "one"), .make("t", "two")])
            #expect(try await subscription.texts(2) == ["one", "two"])
        },
        Check("Drivers on one store hear each other") { store in
            let (one, two) = (try await store.open(), try await store.open())
            let first = try await one.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            let second = try await two.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            try await one.publish([.make("t", "from one")])
            #expect(try await second.texts(1) == ["from one"])
            #expect(try await first.texts(1) == ["from one"])
            try await two.publish([.make("t", "from two")])
            #expect(try await first.texts(1) == ["from two"])
        },
        Check("What is published right after a subscription is heard") { store in
            let (one, two) = (try await store.open(), try await store.open())
            for round in 0..<30 {
                let subscription = try await one.subscribe(to: .exact(Topic("t\(round)")), bufferLimit: ample)
                try await two.publish([.make("t\(round)", "\(round)")])
                #expect(try await subscription.texts(1) == ["\(round)"])
            }
        },
        Check("Publishing to nobody is no error") { store in
            let driver = try await store.open()
            try await driver.publish([.make("t", "lost")])
            try await driver.publish([])
            let subscription = try await driver.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            try await driver.publish([.make("t", "heard")])
            #expect(try await subscription.texts(1) == ["heard"])
        },
        Check("Every subscriber hears everything, in order") { store in
            let (one, two) = (try await store.open(), try await store.open())
            var subscriptions: [Subscription] = []
            for index in 0..<6 {
                let driver = index % 2 == 0 ? one : two
                let pattern = index < 3 ? TopicPattern.exact(Topic("t")) : .prefix("t")
                subscriptions.append(try await driver.subscribe(to: pattern, bufferLimit: ample))
            }
            let expected = (0..<300).map { "\($0)" }
            for start in stride(from: 0, to: 300, by: 30) {
                try await one.publish(expected[start..<(start + 30)].map { .make("t", $0) })
            }
            for subscription in subscriptions { #expect(try await subscription.texts(300) == expected) }
        },
        Check("Messages of one publisher arrive in order, over topics and among other publishers") { store in
            let reader = try await store.open()
            let subscription = try await reader.subscribe(to: .prefix("order:"), bufferLimit: ample)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for publisher in 0..<4 {
                    let driver = try await store.open()
                    group.addTask {
                        for number in 0..<200 {
                            try await driver.publish([.make("order:\(number % 3)", "\(publisher) \(number)")])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let heard = try await subscription.texts(800)
            for publisher in 0..<4 {
                let numbers = heard.filter { $0.hasPrefix("\(publisher) ") }
                #expect(numbers == (0..<200).map { "\(publisher) \($0)" })
            }
        },
    ]

    static let topics: [Check] = [
        Check("A subscriber hears no other topic") { store in
            let driver = try await store.open()
            let subscription = try await driver.subscribe(to: .exact(Topic("a")), bufferLimit: ample)
            let others = ["b", "ab", "A", "", "a:b", "a "].filter { !$0.isEmpty }
            try await driver.publish(others.map { .make($0, "other") } + [.make("a", "mine")])
            #expect(try await subscription.texts(1) == ["mine"])
        },
        Check("Every subscription hears its own topic") { store in
            let (one, two) = (try await store.open(), try await store.open())
            var subscriptions: [Subscription] = []
            for index in 0..<60 {
                subscriptions.append(try await one.subscribe(to: .exact(Topic("t\(index)")), bufferLimit: ample))
            }
            try await two.publish((0..<60).map { .make("t\($0)", "for \($0)") })
            for (index, subscription) in subscriptions.enumerated() {
                #expect(try await subscription.texts(1) == ["for \(index)"])
            }
        },
        Check("A prefix hears every topic that begins with it") { store in
            let driver = try await store.open()
            let subscription = try await driver.subscribe(to: .prefix("agent:"), bufferLimit: ample)
            let all = try await driver.subscribe(to: .prefix(""), bufferLimit: ample)
            let topics = ["agent:", "agent:1", "agent", "agents:1", "other", "agent:1:2"]
            try await driver.publish(topics.map { .make($0, $0) })
            #expect(try await subscription.texts(3) == ["agent:", "agent:1", "agent:1:2"])
            #expect(try await all.texts(6) == topics)
        },
        Check("Topics are told apart by their bytes") { store in
            let (one, two) = (try await store.open(), try await store.open())
            var subscriptions: [Subscription] = []
            for name in HostileNames.all {
                subscriptions.append(try await one.subscribe(to: .exact(Topic(name)), bufferLimit: ample))
            }
            try await two.publish(HostileNames.all.enumerated().map { .make($1, "\($0)") })
            try await two.publish(HostileNames.all.map { .make($0, "end") })
            for (index, name) in HostileNames.all.enumerated() {
                #expect(try await subscriptions[index].texts(2) == ["\(index)", "end"], "\(name.debugDescription)")
            }
        },
        Check("A prefix is text, not a pattern") { store in
            let driver = try await store.open()
            let prefixes = ["*", "a*", "?", "[ab]", "[^x]", "\\", "\\*", "%", "_", "a\0", "e\u{301}", "{a,b}", "'"]
            for prefix in prefixes {
                let subscription = try await driver.subscribe(to: .prefix(prefix), bufferLimit: ample)
                let others = ["ab", "b", "axb", "\u{e9}x", "zz"]
                try await driver.publish(others.map { .make($0, "other") } + [.make(prefix + "x", "mine")])
                #expect(try await subscription.texts(1) == ["mine"], "\(prefix.debugDescription)")
            }
        },
    ]

    static let payloads: [Check] = [
        Check("Payloads are any bytes, and topics come back as they were") { store in
            let driver = try await store.open()
            let subscription = try await driver.subscribe(to: .prefix(""), bufferLimit: ample)
            let payloads: [[UInt8]] = [
                [], [0], (0...255).map { UInt8($0) }, Array("line\r\n\0\u{feff}".utf8), [0xff, 0xfe, 0xc0],
                Array(repeating: 0, count: 9_000),
            ]
            for (index, payload) in payloads.enumerated() {
                let topic = Topic(HostileNames.all[index])
                try await driver.publish([PubSubMessage(topic: topic, payload: payload)])
                let message = try #require(try await subscription.messages(1).first)
                #expect(message.payload == payload)
                #expect(HostileNames.isSame(message.topic.rawValue, topic.rawValue))
            }
        },
        Check("A payload of ten megabytes arrives whole, and in its place") { store in
            let (one, two) = (try await store.open(), try await store.open())
            let subscription = try await one.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            var large = [UInt8](repeating: 7, count: 10 << 20)
            for index in stride(from: 0, to: large.count, by: 251) { large[index] = UInt8(index % 256) }
            try await two.publish([
                .make("t", "before"), PubSubMessage(topic: Topic("t"), payload: large), .make("t", "after"),
            ])
            let messages = try await subscription.messages(3)
            let isSame = messages[1].payload == large
            #expect(isSame)
            #expect(messages[0].payload == Array("before".utf8) && messages[2].payload == Array("after".utf8))
        },
    ]
}

extension PubSubMessage {
    package static func make(_ topic: String, _ text: String) -> PubSubMessage {
        PubSubMessage(topic: Topic(topic), payload: Array(text.utf8))
    }
}
