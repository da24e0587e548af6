package import Services
import Testing

extension PubSubContract {
    static let readers: [Check] = [
        Check("A slow reader loses the oldest messages, and is told how many") { store in
            let driver = try await store.open()
            let slow = try await driver.subscribe(to: .exact(Topic("t")), bufferLimit: 4)
            let control = try await driver.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            let expected = (0..<40).map { "\($0)" }
            try await driver.publish(expected.map { .make("t", $0) })
            // What the control has heard has been handed to the slow one too, or is about to be.
            #expect(try await control.texts(40) == expected)
            var heard: [String] = []
            var lost = 0
            for event in try await slow.events(until: { $0.text == "39" }) {
                switch event {
                case .message: heard.append(event.text ?? "")
                case .gap(let count): lost += count ?? 0
                }
            }
            #expect(lost > 0)
            #expect(heard.count + lost == 40)
            #expect(heard == heard.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) })
        },
        Check("A slow reader holds up nobody else") { store in
            let (one, two) = (try await store.open(), try await store.open())
            let slow = try await one.subscribe(to: .prefix(""), bufferLimit: 1)
            let quick = try await one.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            for number in 0..<200 { try await two.publish([.make("t", "\(number)")]) }
            #expect(try await quick.texts(200) == (0..<200).map { "\($0)" })
            withExtendedLifetime(slow) {}
        },
        Check("A subscription that ended hears nothing more, and the others go on") { store in
            let driver = try await store.open()
            let ended = try await driver.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            let kept = try await driver.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            try await driver.publish([.make("t", "one")])
            #expect(try await ended.texts(1) == ["one"])
            #expect(try await kept.texts(1) == ["one"])
            ended.end()
            try await driver.publish([.make("t", "two")])
            #expect(try await kept.texts(1) == ["two"])
            var iterator = ended.makeAsyncIterator()
            #expect(await iterator.next() == nil)
        },
        Check("A released subscription leaves the others and later ones alone") { store in
            let driver = try await store.open()
            let kept = try await driver.subscribe(to: .prefix("t"), bufferLimit: ample)
            for round in 0..<20 {
                do {
                    let brief = try await driver.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
                    try await driver.publish([.make("t", "\(round)")])
                    #expect(try await brief.texts(1) == ["\(round)"])
                }
                #expect(try await kept.texts(1) == ["\(round)"])
            }
            let later = try await driver.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            try await driver.publish([.make("t", "later")])
            #expect(try await later.texts(1) == ["later"])
        },
        Check("A reader that begins as the last one ends hears what follows") { store in
            let (one, two) = (try await store.open(), try await store.open())
            var current = try await one.subscribe(to: .exact(Topic("t")), bufferLimit: ample)
            for round in 0..<100 {
                let last = current
                current = try await withThrowingTaskGroup(of: Subscription.self) { group in
                    group.addTask {
                        last.end()
                        return last
                    }
                    group.addTask { try await one.subscribe(to: .exact(Topic("t")), bufferLimit: ample) }
                    return try #require(try await group.first { $0 !== last })
                }
                try await two.publish([.make("t", "\(round)")])
                #expect(try await current.texts(1) == ["\(round)"])
            }
        },
        Check("A reader whose task is cancelled stops waiting") { store in
            let driver = try await store.open()
            let subscription = try await driver.subscribe(to: .exact(Topic("silent")), bufferLimit: ample)
            let reader = Task {
                var count = 0
                for await _ in subscription { count += 1 }
                return count
            }
            reader.cancel()
            #expect(await reader.value == 0)
        },
        Check("Nothing is lost between readers that come and go while others publish") { store in
            let (one, two) = (try await store.open(), try await store.open())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<300 { try await two.publish([.make("noise", "\(number)")]) }
                }
                group.addTask {
                    for round in 0..<20 {
                        let topic = "round \(round)"
                        let subscription = try await one.subscribe(to: .exact(Topic(topic)), bufferLimit: ample)
                        try await two.publish([.make(topic, "a"), .make("noise", "x"), .make(topic, "b")])
                        #expect(try await subscription.texts(2) == ["a", "b"], "\(topic)")
                    }
                }
                try await group.waitForAll()
            }
        },
    ]
}

extension SubscriptionEvent {
    package var message: PubSubMessage? {
        guard case .message(let message) = self else { return nil }
        return message
    }

    package var text: String? { message.map { String(decoding: $0.payload, as: UTF8.self) } }
}

extension Subscription {
    /// What stopped a read before it had all.
    package struct Silence: Error, CustomStringConvertible {
        package var heard: Int
        package var description: String { "nothing more was heard after \(heard) events" }
    }

    /// The next events, up to and with the first that fulfils the condition.
    ///
    /// - Throws: `Silence` when the subscription ends, or nothing comes for 30 seconds; it has ended then.
    package func events(
        until isLast: @Sendable @escaping (SubscriptionEvent) -> Bool
    ) async throws -> [SubscriptionEvent] {
        let reader = Task {
            var events: [SubscriptionEvent] = []
            var iterator = makeAsyncIterator()
            while let event = await iterator.next() {
                events.append(event)
                if isLast(event) { return (events, true) }
            }
            return (events, false)
        }
        // A bound on real time: nothing else tells that a message will never come.
        let guardian = Task {
            try await ContinuousClock().sleep(for: .seconds(30))
            reader.cancel()
        }
        defer { guardian.cancel() }
        let (events, isComplete) = await withTaskCancellationHandler {
            await reader.value
        } onCancel: {
            reader.cancel()
        }
        guard isComplete else { throw Silence(heard: events.count) }
        return events
    }

    /// The next messages; a gap is a failure.
    package func messages(_ count: Int) async throws -> [PubSubMessage] {
        let left = Countdown(count)
        let events = try await events { _ in left.isLast() }
        return try events.map { try #require($0.message, "\($0) instead of a message") }
    }

    /// The next messages as texts; a gap is a failure.
    package func texts(_ count: Int) async throws -> [String] {
        try await messages(count).map { String(decoding: $0.payload, as: UTF8.self) }
    }
}
