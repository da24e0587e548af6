package import Services
import Testing

/// What every store of alerts promises.
package enum AlertContract {
    package typealias Check = ContractCheck<any AlertDriver>

    package static var checks: [Check] { raising + acknowledging }

    static let raising: [Check] = [
        Check("An alert is kept with everything it was raised with") { store in
            let driver = try await store.open()
            let alert = try await driver.raise(.make("text", .critical, source: "lock_store"))
            #expect(alert.severity == .critical)
            #expect(alert.source == "lock_store")
            #expect(alert.text == "text")
            #expect(alert.count == 1)
            #expect(alert.firstRaisedAt == alert.lastRaisedAt)
            #expect(alert.acknowledgedAt == nil)
            #expect(alert.acknowledgedBy == nil)
            #expect(try await driver.alerts(includingAcknowledged: false, limit: 5) == [alert])
        },
        Check("The same alert again is counted, not added") { store in
            let driver = try await store.open()
            let first = try await driver.raise(.make("text"))
            try await store.pass()
            let second = try await driver.raise(.make("text"))
            #expect(second.id == first.id)
            #expect(second.count == 2)
            #expect(second.firstRaisedAt == first.firstRaisedAt)
            #expect(second.lastRaisedAt > first.lastRaisedAt)
            #expect(try await driver.alerts(includingAcknowledged: true, limit: 5).count == 1)
        },
        Check("A key of one's own makes different texts one alert, and equal texts two") { store in
            let driver = try await store.open()
            let first = try await driver.raise(.make("one", key: "k"))
            #expect(try await driver.raise(.make("two", key: "k")).id == first.id)
            #expect(try await driver.raise(.make("one", key: "l")).id != first.id)
        },
        Check("The higher severity stays") { store in
            let driver = try await store.open()
            for (raised, expected) in [
                (Severity.warning, Severity.warning), (.critical, .critical), (.info, .critical),
            ] {
                #expect(try await driver.raise(.make("text", raised)).severity == expected)
            }
        },
        Check("The alert that was raised last comes first, and a limit holds") { store in
            let driver = try await store.open()
            for text in ["a", "b", "c", "a"] {
                _ = try await driver.raise(.make(text))
                try await store.pass()
            }
            #expect(try await driver.alerts(includingAcknowledged: false, limit: 5).map(\.text) == ["a", "c", "b"])
            #expect(try await driver.alerts(includingAcknowledged: false, limit: 2).map(\.text) == ["a", "c"])
        },
        Check("Many who raise the same alert at once make one, and none is lost") { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    let driver = try await store.open()
                    group.addTask {
                        for _ in 0..<3 { _ = try await driver.raise(.make("text")) }
                    }
                }
                try await group.waitForAll()
            }
            let alerts = try await store.open().alerts(includingAcknowledged: true, limit: 50)
            #expect(alerts.map(\.count) == [24])
        },
        Check("Sources, texts and keys may say anything, and are told apart by their bytes") { store in
            let driver = try await store.open()
            for name in HostileNames.all {
                let alert = try await driver.raise(.make(name, source: name, key: name))
                #expect(alert.count == 1, "\(name.debugDescription)")
                #expect(HostileNames.isSame(alert.text, name))
                #expect(HostileNames.isSame(alert.source, name))
                #expect(HostileNames.isSame(alert.key, name))
            }
        },
    ]

    static let acknowledging: [Check] = [
        Check("An acknowledged alert is out of sight, and tells who saw it") { store in
            let driver = try await store.open()
            let alert = try await driver.raise(.make("text"))
            let seen = try #require(try await driver.acknowledge(alert.id, by: "ann"))
            #expect(seen.acknowledgedBy == "ann")
            #expect(seen.acknowledgedAt != nil)
            #expect(try await driver.alerts(includingAcknowledged: false, limit: 5).isEmpty)
            #expect(try await driver.alerts(includingAcknowledged: true, limit: 5) == [seen])
        },
        Check("Who acknowledged first stays") { store in
            let driver = try await store.open()
            let alert = try await driver.raise(.make("text"))
            let first = try #require(try await driver.acknowledge(alert.id, by: "ann"))
            try await store.pass()
            #expect(try await driver.acknowledge(alert.id, by: "bob") == first)
            #expect(try await driver.acknowledge(alert.id + 4_711, by: "bob") == nil)
        },
        Check("An alert that is raised after it was acknowledged is a new one") { store in
            let driver = try await store.open()
            let first = try await driver.raise(.make("text"))
            _ = try await driver.acknowledge(first.id, by: "ann")
            let second = try await driver.raise(.make("text"))
            #expect(second.id != first.id)
            #expect(second.count == 1)
            #expect(try await driver.alerts(includingAcknowledged: true, limit: 5).count == 2)
        },
        Check("Pruning deletes old acknowledged alerts only, bounded") { store in
            let driver = try await store.open()
            for index in 0..<5 {
                let alert = try await driver.raise(.make("\(index)"))
                if index > 0 { _ = try await driver.acknowledge(alert.id, by: "ann") }
            }
            try await store.pass()
            #expect(try await driver.prune(olderThan: .hour, limit: 10) == 0)
            #expect(try await driver.prune(olderThan: .zero, limit: 3) == 3)
            #expect(try await driver.prune(olderThan: .zero, limit: 3) == 1)
            #expect(try await driver.alerts(includingAcknowledged: true, limit: 5).map(\.text) == ["0"])
        },
    ]
}

extension NewAlert {
    package static func make(
        _ text: String,
        _ severity: Severity = .warning,
        source: String = "source",
        key: String? = nil
    ) -> NewAlert {
        NewAlert(severity: severity, source: source, text: text, deduplicationKey: key)
    }
}
