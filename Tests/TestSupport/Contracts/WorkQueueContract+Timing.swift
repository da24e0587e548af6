import Services
import Testing

extension WorkQueueContract {
    static let uniqueness: [Check] = [
        Check("A taken unique key refuses another job and names the one that has it") { store in
            let driver = try await store.open()
            let id = try #require(try await driver.push(.make("a") { $0.uniqueKey = "u" }).first)
            let outcomes = try await driver.enqueue([
                .make("b") { $0.uniqueKey = "u" }, .make("c"), .make("d") { $0.uniqueKey = "v" },
                .make("e") { $0.uniqueKey = "v" },
            ])
            #expect(outcomes.count == 4)
            #expect(outcomes[0] == .duplicate(of: id))
            #expect(outcomes[3] == .duplicate(of: outcomes[2].job))
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 10).map(\.text) == ["a", "c", "d"])
        },
        Check("A unique key is taken as long as its job is unfinished") { store in
            let driver = try await store.open()
            let new = NewJob.make { $0.uniqueKey = "u" }
            let id = try #require(try await driver.push(new).first)
            let worker = try await driver.worker()
            for ending in [JobEnding.snoozed(.zero), .failed(error: "e", retryAfter: .zero), .completed] {
                #expect(try await driver.enqueue([new]) == [.duplicate(of: id)], "ready before \(ending)")
                let delivery = try #require(try await driver.claim(worker).first)
                #expect(try await driver.enqueue([new]) == [.duplicate(of: id)], "running before \(ending)")
                _ = try await driver.settle(worker, delivery.receipt, ending)
            }
            #expect(try await driver.push(new).first != id)
        },
        Check("A unique key is free again when its job was cancelled, is dead, expired or was purged") { store in
            let driver = try await store.open()
            let worker = try await driver.worker()
            let cancelled = try await driver.push(.make { $0.uniqueKey = "cancelled" })
            _ = try await driver.cancel(cancelled)
            _ = try await driver.push(.make { $0.uniqueKey = "cancelled" })

            let dead = NewJob.make(in: "dead") { $0.uniqueKey = "dead" }
            _ = try await driver.push(dead)
            let delivery = try #require(try await driver.claim(worker, from: ["dead"]).first)
            _ = try await driver.settle(worker, delivery.receipt, .undecodable(error: "e"))
            _ = try await driver.push(dead)

            let expired = NewJob.make(in: "expired") { job in
                job.uniqueKey = "expired"
                job.timeToLive = store.moment
            }
            _ = try await driver.push(expired)
            try await store.pass()
            _ = try await driver.maintainFully()
            _ = try await driver.push(expired)

            let purged = NewJob.make(in: "purged") { $0.uniqueKey = "purged" }
            _ = try await driver.push(purged)
            #expect(try await driver.purge("purged", state: .ready, limit: 10) == 1)
            _ = try await driver.push(purged)
        },
        Check("Queues have unique keys of their own") { store in
            let driver = try await store.open()
            _ = try await driver.push(
                .make(in: "a") { $0.uniqueKey = "u" },
                .make(in: "b") { $0.uniqueKey = "u" }
            )
        },
        Check("With a window the key stays taken for that time, also when the job is done or pruned") { store in
            let driver = try await store.open()
            let new = NewJob.make { job in
                job.uniqueKey = "u"
                job.uniqueWindow = .hour
            }
            let id = try #require(try await driver.push(new).first)
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            _ = try await driver.settle(worker, delivery.receipt, .completed)
            #expect(try await driver.enqueue([new]) == [.duplicate(of: id)])
            try await store.pass()
            var options = QueueUpkeep.Options()
            options.retention = .zero
            #expect(try await driver.maintainFully(options).pruned == 1)
            #expect(try await driver.enqueue([new]) == [.duplicate(of: id)])
        },
        Check("After its window the key of a finished job is free, that of an unfinished one is not") { store in
            let driver = try await store.open()
            func new(_ key: String) -> NewJob {
                .make(key, in: key) { job in
                    job.uniqueKey = key
                    job.uniqueWindow = store.moment
                }
            }
            _ = try await driver.push(new("finished"))
            let unfinished = try await driver.push(new("unfinished"))
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker, from: ["finished"]).first)
            _ = try await driver.settle(worker, delivery.receipt, .completed)
            try await store.pass()
            _ = try await driver.push(new("finished"))
            #expect(try await driver.enqueue([new("unfinished")]) == [.duplicate(of: unfinished[0])])
        },
    ]

    static let timing: [Check] = [
        Check("A delayed job is handed out after its time, not before") { store in
            let driver = try await store.open()
            let ids = try await driver.push(
                .make("soon") { $0.delay = store.moment },
                .make("late") { $0.delay = .hour }
            )
            let worker = try await driver.worker()
            #expect(try await driver.state(ids[1]) == .scheduled)
            try await store.pass()
            #expect(try await driver.maintainFully().promoted == 1)
            #expect(try await driver.state(ids[0]) == .ready)
            #expect(try await driver.claim(worker, 5).map(\.text) == ["soon"])
            #expect(try await driver.state(ids[1]) == .scheduled)
        },
        Check("A moment wins over a delay, and the past means now") { store in
            let driver = try await store.open()
            let first = try #require(try await driver.push(.make("first")).first)
            let now = try #require(try await driver.job(first)).enqueuedAt
            let ids = try await driver.push(
                .make("later") { job in
                    job.runAt = now + .hour * 2
                    job.delay = .zero
                },
                .make("past") { job in
                    job.runAt = now + .seconds(-60)
                    job.delay = .hour
                },
                .make("zero") { $0.delay = .zero }
            )
            let later = try #require(try await driver.job(ids[0]))
            #expect(later.state == .scheduled)
            #expect(later.runAt == now + .hour * 2)
            let worker = try await driver.worker()
            #expect(Set(try await driver.claim(worker, 5).map(\.text)) == ["first", "past", "zero"])
        },
        Check("The time until the next scheduled job is told for the queues named") { store in
            let driver = try await store.open()
            #expect(try await driver.nextDue(in: ["q"]) == nil)
            _ = try await driver.push(.make(), .make(in: "other") { $0.delay = .hour })
            #expect(try await driver.nextDue(in: ["q"]) == nil)
            _ = try await driver.push(.make { $0.delay = .hour * 3 }, .make { $0.delay = .hour * 2 })
            let due = try #require(try await driver.nextDue(in: ["q"]))
            #expect(due > .hour)
            #expect(due <= .hour * 2)
            let sooner = try #require(try await driver.nextDue(in: ["q", "other"]))
            #expect(sooner > .zero)
            #expect(sooner <= .hour)
        },
        Check("The time until a job that is overdue is not above zero") { store in
            let driver = try await store.open()
            _ = try await driver.push(.make { $0.delay = store.moment })
            try await store.pass()
            let due = try await driver.nextDue(in: ["q"])
            // A store may hand out what is due without promoting it first: then nothing is scheduled any more.
            #expect(due == nil || due.map { $0 <= .zero } == true)
        },
        Check("A job whose time to live is over is not handed out, and is marked") { store in
            let driver = try await store.open()
            let ids = try await driver.push(
                .make("short") { $0.timeToLive = store.moment },
                .make("long") { $0.timeToLive = .hour },
                .make("waits too long") { job in
                    job.delay = .hour
                    job.timeToLive = store.moment
                }
            )
            try await store.pass()
            let worker = try await driver.worker()
            #expect(try await driver.claim(worker, 5).map(\.text) == ["long"])
            #expect(try await driver.maintainFully().expired <= 2)
            for id in [ids[0], ids[2]] {
                let record = try #require(try await driver.job(id))
                #expect(record.state == .expired)
                #expect(record.endedAt != nil)
            }
            #expect(try await driver.state(ids[1]) == .running)
        },
        Check("A job that runs past its time to live may be completed") { store in
            let driver = try await store.open()
            let ids = try await driver.push(.make { $0.timeToLive = .hour })
            let worker = try await driver.worker()
            let delivery = try #require(try await driver.claim(worker).first)
            try await store.pass()
            _ = try await driver.maintainFully()
            #expect(try await driver.settle(worker, delivery.receipt, .completed).settled == ids)
        },
    ]
}
