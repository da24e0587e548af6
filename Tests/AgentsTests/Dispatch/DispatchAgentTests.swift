import Agents
import Foundation
import Locking
import RunModel
import Services
import TestSupport
import Testing

@Suite("Dispatch agent", .timeLimit(.minutes(10)))
struct DispatchAgentTests {
    @Test("An issue is put to people, their yes becomes a ticket, and nothing is done twice")
    func whole() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.finding("F-1")], to: .findings)
            try scene.write([LedgerScene.thread("F-1")], to: .decisions)
            let first = try await scene.agent().run()
            #expect(first.report.count(.questions, "summaries") == 1)
            let post = try await scene.entries(.decisions)[0]["messages"]?.elements.first?["text"]?.text ?? ""
            #expect(post.contains("1. **[RECOMMENDED]** Delete uploads after 30 days"))
            #expect(post.contains("2. Skip"))

            try await scene.store.edit { session in
                var book = try LedgerBook(session)
                let thread = try #require(book.readThreads().first)
                ThreadEditor(now: Date(timeIntervalSince1970: 1_795_251_700)).post(
                    "yes",
                    in: thread,
                    role: .human,
                    status: nil,
                    &book
                )
                try book.save(to: session)
            }
            let second = try await scene.agent().run()
            #expect(second.report.statistics.ticketsCreated == 1)
            let ticket = try #require(try await scene.entries(.tickets).first)
            #expect(ticket["id"] == "TKT-001" && ticket["status"] == "ready" && ticket["source"] == "Finding F-1")
            #expect(ticket["files_to_modify"] == ["src/uploads.ts"])
            #expect(ticket["fix_required"]?.count == 2)
            #expect((ticket["acceptance_criteria"]?.count ?? 0) > 0)
            let finding = try await scene.entries(.findings)[0]
            #expect(finding["ticket_id"] == "TKT-001" && finding["status"] == "ticketed")
            let thread = try await scene.entries(.decisions)[0]
            #expect(thread["status"] == "resolved" && thread["decision"]?["option_id"]?.isNull == false)

            let before = try ["tickets", "findings", "decisions"].map { try folder.read("data/\($0).json") }
            let third = try await scene.agent().run()
            #expect(third.report.statistics.ticketsCreated == 0 && third.report.statistics.threadsUpdated == 0)
            #expect(try ["tickets", "findings", "decisions"].map { try folder.read("data/\($0).json") } == before)
        }
    }

    @Test("A dry run says what would be done and writes nothing, not even its report")
    func dryRun() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.finding("F-1")], to: .findings)
            try scene.write(
                [LedgerScene.thread("F-1"), LedgerScene.thread("F-2", [("human", "why?")])],
                to: .decisions
            )
            let before = try folder.read("data/decisions.json")
            let run = try await scene.agent(isDryRun: true).run()
            #expect(run.path == nil && run.report.isDryRun)
            #expect(
                run.report.count(.questions, "summaries") == 1 && run.report.count(.questions, "left_to_people") == 1
            )
            #expect(try folder.read("data/decisions.json") == before)
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/docs"))
        }
    }

    @Test("A person's question is left to a person without an engine, counted and named")
    func questions() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write(
                [LedgerScene.thread("F-9", [("system", "1. a\n2. b"), ("human", "what is cheaper?")])],
                to: .decisions
            )
            let run = try await scene.agent().run()
            #expect(run.report.statistics.questionsAnswered == 0)
            #expect(run.report.forPeople.contains { $0.contains("F-9") && $0.contains("what is cheaper?") })
            #expect(try await scene.entries(.decisions)[0]["messages"]?.count == 2)
        }
    }

    @Test("An engine's answer is posted once, unless the thread went on meanwhile")
    func answers() async throws {
        struct Answerer: ThreadAnswering {
            let name = "test"
            func answer(_ question: ThreadQuestion) async -> ReadOnlyEngine.Reply {
                question.text.contains("cheaper")
                    ? .accepted("Left is. Option 1 or 2?") : .refused(why: "it named no file")
            }
        }
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            let threads: [LedgerValue] = [
                LedgerScene.thread("F-1", [("system", "1. a\n2. b"), ("human", "what is cheaper?")]),
                LedgerScene.thread("F-2", [("human", "why?")]),
            ]
            try scene.write(.list(threads), to: .decisions)
            let run = try await scene.agent(answerer: Answerer()).run()
            #expect(run.report.statistics.questionsAnswered == 1)
            #expect(run.report.engine == "test")
            #expect(run.report.sections[1].rows.contains { $0.last == "left to a person: it named no file" })
            #expect(
                try await scene.entries(.decisions)[0]["messages"]?.elements.last?["text"] == "Left is. Option 1 or 2?"
            )
            let again = try await scene.agent(answerer: Answerer()).run()
            #expect(again.report.statistics.questionsAnswered == 0)

            var book = try await scene.store.read { try LedgerBook($0) }
            let stale = QuestionStep.Answer(thread: "F-2", question: "another question", text: "Late.")
            let section = QuestionStep(now: scene.now, answers: [stale]).perform(on: &book)
            #expect(section.counts["answers"] == nil)
        }
    }

    @Test("A decision that is too thin goes back with what is missing, and is not asked for twice")
    func thin() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write(
                [
                    LedgerScene.thread(
                        "F-1",
                        [("system", "What shall we do?"), ("human", "do whatever is best practice")]
                    )
                ],
                to: .decisions
            )
            let run = try await scene.agent().run()
            #expect(run.report.statistics.ticketsCreated == 0 && run.report.count(.tickets, "given_back") == 1)
            let post = try await scene.entries(.decisions)[0]["messages"]?.elements.last?["text"]?.text ?? ""
            #expect(post.contains("**files**") && post.contains("do whatever is best practice"))
            let again = try await scene.agent().run()
            #expect(try await scene.entries(.decisions)[0]["messages"]?.count == 3)
            #expect(again.report.statistics.ticketsCreated == 0)
        }
    }

    @Test("A skip closes thread and finding without a ticket")
    func skip() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.finding("F-1")], to: .findings)
            try scene.write([LedgerScene.thread("F-1", [("human", "skip, we are too small")])], to: .decisions)
            _ = try await scene.agent().run()
            let thread = try await scene.entries(.decisions)[0]
            #expect(thread["status"] == "resolved" && thread["decision"]?["option_id"] == "skip")
            #expect(thread["decision"]?["custom_note"] == "skip, we are too small")
            #expect(try await scene.entries(.findings)[0]["status"] == "skipped")
            #expect(try await scene.entries(.tickets).isEmpty)
        }
    }

    @Test("No second ticket is made: by source, by files and work, by title", arguments: ["source", "work", "title"])
    func duplicates(kind: String) async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            var ticket = LedgerScene.ticket(
                "TKT-041",
                source: kind == "source" ? "Finding D-uploads #1 [F-1]" : "Audit"
            )
            if kind == "title" { ticket.set("title", to: "Uploads are kept forever") }
            if kind == "work" {
                ticket.set("title", to: "Uploads kept")
                ticket.set("files_to_modify", to: ["src/uploads.ts"])
                ticket.set(
                    "fix_required",
                    to: ["Delete uploads after 30 days in `src/uploads.ts`. Log how many were deleted."]
                )
            }
            try scene.write([ticket], to: .tickets)
            try scene.write([LedgerScene.finding("F-1")], to: .findings)
            try scene.write([LedgerScene.thread("F-1", [("human", "yes")])], to: .decisions)
            let run = try await scene.agent().run()
            #expect(run.report.statistics.ticketsCreated == 0)
            #expect(try await scene.entries(.tickets).count == 1)
            #expect(try await scene.entries(.findings)[0]["ticket_id"] == "TKT-041")
            #expect(try await scene.entries(.decisions)[0]["status"] == "resolved")
        }
    }

    @Test("A decision about a blocked ticket goes into the ticket, which is ready again")
    func carried() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.ticket("TKT-007", status: "blocked")], to: .tickets)
            let posts = [
                ("system", "1. Use the cache\n2. Ask each time"), ("human", "1, with a lifetime of 5 minutes"),
            ]
            try scene.write([LedgerScene.thread("BLOCKED-TKT-007-1", posts)], to: .decisions)
            let run = try await scene.agent().run()
            #expect(run.report.count(.tickets, "carried") == 1 && run.report.statistics.ticketsCreated == 0)
            let ticket = try await scene.entries(.tickets)[0]
            #expect(ticket["status"] == "ready")
            #expect(ticket["fix_required"]?.elements.last?.text?.contains("5 minutes") == true)
        }
    }

    @Test("Landing re-queues all that waited, each with a prompt; circles and gone tickets are named")
    func requeue() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            let blocked = (1...10).map {
                LedgerScene.ticket("TKT-10\($0 - 1)", status: "blocked_tooling", title: "Feature \($0)")
            }
            let circle = [
                LedgerScene.ticket("TKT-200", status: "blocked_tooling"),
                LedgerScene.ticket("TKT-201", status: "blocked_tooling"),
            ]
            try scene.write(
                .list(blocked + circle + [LedgerScene.ticket("TKT-090", status: "ready", title: "A tool")]),
                to: .tickets
            )
            func entry(_ one: String, _ other: String) -> LedgerValue {
                [
                    "blocked_ticket": .text(one), "waiting_for": .text(other),
                    "blocked_criteria": ["AC3 - others see a notice"], "requeue_to": "qa", "status": "waiting",
                ]
            }
            let entries =
                (0..<10).map { entry("TKT-10\($0)", "TKT-090") } + [
                    entry("TKT-200", "TKT-201"), entry("TKT-201", "TKT-200"), entry("TKT-999", "TKT-090"),
                ]
            try scene.write(.list(entries), to: .requeue)
            let early = try await scene.agent().run()
            #expect(early.report.statistics.ticketsRequeued == 0 && early.report.count(.requeue, "waiting") == 10)

            let ticket = try #require(TicketID("TKT-090"))
            let run = try await scene.agent(landed: [ticket: "abc123def"]).run()
            #expect(run.report.statistics.ticketsRequeued == 10)
            #expect(run.report.count(.requeue, "cycles") == 2 && run.report.count(.requeue, "gone") == 1)
            #expect(run.report.forPeople.contains { $0.contains("TKT-200") && $0.contains("TKT-201") })
            #expect(try folder.list("prompts/active").count == 10)
            let prompt = try folder.read("prompts/active/retest-TKT-100-TKT090.md")
            #expect(prompt.contains("abc123def") && prompt.contains("AC3"))
            for index in 0..<10 { #expect(try await scene.entries(.tickets)[index]["status"] == "qa_pending") }
            let again = try await scene.agent(landed: [ticket: "abc123def"]).run()
            #expect(again.report.statistics.ticketsRequeued == 0)
        }
    }

    @Test("Staged findings: five are promoted by weight, vague and known ones rejected, those of one cause joined")
    func findings() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            let subjects = [
                (
                    "Passwords are logged",
                    "The sign-in route in src/auth.ts prints the plain password into the server log."
                ),
                (
                    "Mails go out twice",
                    "A retry in src/mail.ts delivers each newsletter two times to every subscriber."
                ),
                (
                    "Images load slowly",
                    "The gallery at src/gallery.ts fetches full size photos before thumbnails appear."
                ),
                (
                    "Search ignores accents",
                    "Typing Zurich never finds entries spelled with umlauts, see src/search.ts."
                ),
                (
                    "Tables lack headings",
                    "Screen readers announce bare cells because src/grid.ts renders no header row."
                ),
                ("Menu overlaps footer", "On narrow phones the drawer of src/menu.ts covers the imprint completely."),
                ("Clock drifts hourly", "The scheduler src/clock.ts adds intervals and forgets how long jobs took."),
            ]
            var staged = subjects.enumerated().map { index, subject in
                LedgerScene.finding(
                    "S-\(index)",
                    title: subject.0,
                    issue: subject.1,
                    fix: "Repair it",
                    severity: index == 6 ? "critical" : "medium"
                )
            }
            staged.append(LedgerScene.finding("S-vague", title: "Bad", issue: "It is bad."))
            staged.append(LedgerScene.finding("S-known"))
            staged.append(
                LedgerScene.finding(
                    "S-twin",
                    title: "Passwords are logged again",
                    issue: "The sign-in route in src/auth.ts prints the plain password into another server log.",
                    fix: "x"
                )
            )
            try scene.write(.list(staged), to: .stagingFindings)
            try scene.write([LedgerScene.finding("F-1")], to: .findings)
            let run = try await scene.agent().run()
            #expect(run.report.count(.questions, "promoted") == 5)
            #expect(run.report.count(.questions, "rejected") == 2 && run.report.count(.questions, "merged") == 1)
            let after = try await scene.entries(.stagingFindings)
            #expect(after.count == staged.count, "nothing is deleted")
            #expect(after[6]["status"] == "promoted")
            #expect(
                after.filter { $0["status"] == "promoted" || $0["status"] == "rejected" || $0["status"] == "merged" }
                    .allSatisfy { $0["triage_reason"] != nil }
            )
            #expect(try await scene.entries(.findings).count == 6)
            #expect(run.report.count(.questions, "summaries") == 5)
            let next = try await scene.agent().run()
            #expect(next.report.count(.questions, "promoted") == 2)
        }
    }

    @Test("Contradictions between the files are listed, and those with one answer mended")
    func consistency() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write(
                [
                    LedgerScene.ticket("TKT-001", source: "Finding F-1"), LedgerScene.ticket("TKT-001"),
                    LedgerScene.ticket("TKT-002", status: "blocked_tooling"),
                ],
                to: .tickets
            )
            var lost = LedgerScene.finding("F-2")
            lost.set("ticket_id", to: "TKT-777")
            try scene.write([LedgerScene.finding("F-1"), lost], to: .findings)
            var thread = LedgerScene.thread("F-3", [("system", "1. a\n2. b")], status: "resolved")
            thread.set(
                "decision",
                to: ["option_id": "custom", "option_label": "Custom response", "custom_note": "explain it please"]
            )
            try scene.write([thread], to: .decisions)
            let run = try await scene.agent(steps: [.consistency]).run()
            let rows = run.report.sections[0].rows.map { $0.joined(separator: " ") }.joined(separator: "\n")
            for words in [
                "TKT-001 the id stands there twice", "TKT-002 waits for tooling", "F-2 names TKT-777",
                "F-3 is resolved with what is no decision",
            ] {
                #expect(rows.contains(words), "\(words) in \(rows)")
            }
            #expect(try await scene.entries(.findings)[0]["ticket_id"] == "TKT-001")
        }
    }

    @Test("A step that fails is told, and the next ones are done")
    func failure() async throws {
        struct Broken: Error {}
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try folder.write("{\"threads\": [", to: "data/decisions.json")
            let run = try await scene.agent(gitFacts: { throw Broken() }).run()
            #expect(run.report.sections.count == 6)
            #expect(run.report.sections.first?.status == .failed)
            #expect(run.report.verdict.contains("could not be done"))
            #expect(try folder.read("data/decisions.json") == "{\"threads\": [")
            let page = try folder.read(try #require(run.path))
            #expect(page.contains("decisions.json:1:"))
        }
    }

    @Test("A run that dies at any change is completed by the next one, with the same result")
    func crashes() async throws {
        struct Crash: Error {}
        func prepare(_ scene: LedgerScene) throws {
            try scene.write(
                [
                    LedgerScene.finding("F-1"),
                    LedgerScene.finding(
                        "F-2",
                        title: "Second thing breaks",
                        issue: "The second thing in src/second.ts breaks often and loudly here.",
                        fix: "Mend `second()` in src/second.ts."
                    ),
                ],
                to: .findings
            )
            try scene.write(
                [LedgerScene.thread("F-1", [("human", "yes")]), LedgerScene.thread("F-2", [("human", "yes")])],
                to: .decisions
            )
            try scene.write(
                [
                    LedgerScene.ticket("TKT-050", status: "blocked_tooling"),
                    LedgerScene.ticket("TKT-060", status: "merged"),
                ],
                to: .tickets
            )
            try scene.write(
                [["blocked_ticket": "TKT-050", "waiting_for": "TKT-060", "status": "waiting"]],
                to: .requeue
            )
        }
        var expected: [[LedgerValue]] = []
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try prepare(scene)
            _ = try await scene.agent().run()
            for file in [LedgerFile.tickets, .findings, .decisions, .requeue] {
                expected.append(try await scene.entries(file))
            }
        }
        for stop in 0..<12 {
            try await withTemporaryFolder { folder in
                let scene = LedgerScene(folder)
                try prepare(scene)
                let counter = StepCounter(stop: stop)
                var options = LedgerStore.Options()
                options.beforeStep = { _ in if counter.next() { throw Crash() } }
                let dying = LedgerScene(folder, options: options)
                _ = try? await dying.agent().run()
                _ = try await scene.agent().run()
                for (file, wanted) in zip(
                    [LedgerFile.tickets, .findings, .requeue],
                    [expected[0], expected[1], expected[3]]
                ) {
                    #expect(try await scene.entries(file) == wanted, "\(file), stopped before change \(stop)")
                }
                let threads = try await scene.entries(.decisions)
                #expect(
                    threads.allSatisfy { $0["status"] == "resolved" && $0["decision"]?.isNull == false },
                    "stopped before change \(stop)"
                )
            }
        }
    }

    @Test("The report's tables and counts are those of what was done, in both forms")
    func report() async throws {
        try await withTemporaryFolder { folder in
            let scene = LedgerScene(folder)
            try scene.write([LedgerScene.finding("F-1", title: "A | pipe <b> in `a` title")], to: .findings)
            try scene.write(
                [LedgerScene.thread("F-1", [("human", "yes")]), LedgerScene.thread("F-2", [("human", "why | what?")])],
                to: .decisions
            )
            let run = try await scene.agent().run()
            let path = try #require(run.path)
            let page = try folder.read(path)
            for heading in [
                "# Dispatch report", "## Executive summary", "## 3. Tickets from decisions", "## Key findings",
                "## Recommendations", "## Statistics", "## Next run", "## Notes",
            ] {
                #expect(page.contains(heading), "\(heading)")
            }
            #expect(page.contains("| Tickets created    |      1 |"))
            #expect(page.contains("why \\| what?"))
            let json = try folder.read(path.replacing(".md", with: ".json"))
            #expect(json.contains("\"tickets_created\" : 1"))
        }
    }
}

/// Counts changes and says when to stop.
final class StepCounter: Sendable {
    private let left: Lock<Int>

    init(stop: Int) { left = Lock(stop) }

    func next() -> Bool {
        left.withLock { left in
            left -= 1
            return left < 0
        }
    }
}
