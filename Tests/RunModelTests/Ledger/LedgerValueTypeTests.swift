import Foundation
import RunModel
import Testing

@Suite("Entries of the ledger")
struct LedgerValueTypeTests {
    private func value(_ text: String) throws -> LedgerValue { try LedgerDocument(parsing: Array(text.utf8)).root }

    @Test(
        "Ids of tickets are found in prose, fields, branches and file names",
        arguments: [
            ("fix for TKT-005b, see SEC-001", ["TKT-005b", "SEC-001"]), ("agent/tkt-007-v2-modal", ["TKT-007-V2"]),
            ("AES-128 and UTF-8 in ISO-8601", []), ("TKT-001, tkt-001 and TKT-001.", ["TKT-001"]),
            ("TKT-20251211", []), ("XTKT-1", []), ("TKT-12.", ["TKT-12"]), ("tkt_033", ["TKT-033"]), ("TKT-1abc", []),
        ]
    )
    func ticketIDs(text: String, ids: [String]) {
        #expect(TicketID.all(in: text).map(\.rawValue) == ids)
    }

    @Test("Words that stand for no ticket are none, and hostile ids are harmless as file names")
    func fieldIDs() {
        #expect(TicketID("unknown") == nil && TicketID("  ") == nil && TicketID("N/A") == nil)
        #expect(TicketID("`tkt-005B`")?.rawValue == "TKT-005b")
        #expect(TicketID("PAY-12 (urgent)")?.rawValue == "PAY-12")
        #expect(TicketID("../../etc/passwd")?.fileName == "------etc-passwd")
        #expect(TicketID("a\u{0}b")?.fileName == "a-b")
        #expect((TicketID(String(repeating: "x", count: 900))?.fileName.count ?? 0) <= 80)
    }

    @Test(
        "What is joined to a number in a field belongs to the id; stamps, outcomes and remarks do not",
        arguments: [
            ("SPRINT-82-1B", "SPRINT-82-1B", "SPRINT-82"), ("TKT-007-FOLLOWUP", "TKT-007-FOLLOWUP", "TKT-007"),
            ("EPIC-12-TASK-3", "EPIC-12-TASK-3", "EPIC-12"), ("tkt-007-v2-A", "TKT-007-V2-A", "TKT-007-V2"),
            ("TKT-003-FAILED-20251207", "TKT-003", "TKT-003"), ("PAY-12 (urgent)", "PAY-12", "PAY-12"),
        ]
    )
    func joinedIDs(text: String, id: String, base: String) {
        #expect(TicketID(text)?.rawValue == id)
        #expect(TicketID(text)?.base.rawValue == base)
    }

    @Test(
        "Capitals and digits joined to an id in prose belong to it where whole ids are wanted, and words do not",
        arguments: [
            ("feat: TKT-007-FOLLOWUP list", ["TKT-007"], ["TKT-007-FOLLOWUP"]),
            ("agent/TKT-007-retry-login", ["TKT-007"], ["TKT-007"]),
            ("TKT-003-FAILED-20251207", ["TKT-003"], ["TKT-003"]),
            ("docs: EPIC-12-TASK-3", ["EPIC-12", "TASK-3"], ["EPIC-12-TASK-3"]),
            ("TKT-001-V2 and TKT-002-A", ["TKT-001-V2", "TKT-002"], ["TKT-001-V2", "TKT-002-A"]),
        ]
    )
    func wholeIDs(text: String, ids: [String], whole: [String]) {
        #expect(TicketID.all(in: text).map(\.rawValue) == ids)
        #expect(TicketID.all(in: text, isWhole: true).map(\.rawValue) == whole)
    }

    @Test(
        "Stamps are read in every spelling",
        arguments: [
            "2025-12-06T09:22:00Z", "2025-12-06T0922", "2025-12-06T092200", "20251206T092200", "20251206T0922",
            "20251206092200", "2025-12-06T09-22-00", "2025-12-06 09:22:00", "2025-12-06T10:22:00+01:00",
            "2025-12-06T09:22:00.000Z", "2025-12-06T092200000Z", "1765012920", "1765012920000", "2025-12-06_09-22",
            "2025/12/06 09:22",
        ]
    )
    func stamps(text: String) {
        #expect(LedgerStamp.date(text) == Date(timeIntervalSince1970: 1_765_012_920))
    }

    @Test(
        "What is no time is none",
        arguments: ["$(date -Iseconds)", "", "soon", "2025-13-01", "12", "TKT-2025", "2025-12-32T00:00"]
    )
    func noStamps(text: String) {
        #expect(LedgerStamp.date(text) == nil)
    }

    @Test("An unexpanded template is recognised")
    func templates() {
        #expect(LedgerStamp.isTemplate("$(date -Iseconds)") && LedgerStamp.isTemplate("{{ now }}"))
        #expect(!LedgerStamp.isTemplate("2025-12-06"))
    }

    @Test("States move along allowed edges only, and every state is reached from another")
    func states() {
        #expect(TicketState(reading: "In Progress") == .inProgress && TicketState(reading: "done") == .merged)
        #expect(TicketState(reading: "QA-FAILED") == .qaFailed && TicketState(reading: "gone fishing") == nil)
        for state in TicketState.allCases {
            #expect(!state.canMove(to: state))
            #expect(TicketState.allCases.contains { $0.canMove(to: state) }, "\(state) is out of reach")
        }
        #expect(!TicketState.closed.canMove(to: .merged) && !TicketState.draft.canMove(to: .merged))
    }

    @Test("A ticket is read in either spelling; wrong types become findings")
    func ticket() throws {
        var findings: [Finding] = []
        let entry = try value(
            """
            {"ticketId": "tkt-7", "Title": "A", "status": "mystery", "files_to_modify": ["src/a.ts - the form", "`b c.ts` x"],
             "acceptance-criteria": "one", "iteration": "3", "risks": {"a": "b"}, "branch": null, "issue": 12}
            """
        )
        let ticket = try #require(Ticket(reading: entry, findings: &findings))
        #expect(ticket.id.rawValue == "TKT-7" && ticket.iteration == 3 && ticket.issue == "12")
        #expect(ticket.filesToModify == ["src/a.ts", "b c.ts"] && ticket.acceptanceCriteria == ["one"])
        #expect(findings.map(\.code) == ["ticket-state", "field-type", "field-type"])
        #expect(Ticket(reading: [1], findings: &findings) == nil)
    }

    @Test("Threads of one id are merged when they are read")
    func threads() throws {
        var findings: [Finding] = []
        let document = try LedgerDocument(
            parsing: Array(
                """
                {"threads": [
                  {"finding_id": "F-1", "status": "pending", "messages": [
                    {"role": "system", "text": "a", "timestamp": "2025-12-01T00:00:00Z"},
                    {"role": "human", "text": "c", "timestamp": "2025-12-03T00:00:00Z"}], "decision": null},
                  {"finding_id": "F-2", "status": "odd", "messages": null, "decision": {}},
                  {"findingId": "f-1", "status": "resolved", "messages": [
                    {"role": "pm", "text": "b", "timestamp": "2025-12-02T00:00:00Z"},
                    {"role": "system", "text": "a", "timestamp": "2025-12-01T00:00:00Z"}],
                   "decision": {"option_id": "1", "option_label": "Do it", "timestamp": "2025-12-02T00:00:00Z"}}
                ]}
                """.utf8
            )
        )
        let threads = DecisionThread.read(document, findings: &findings)
        #expect(threads.map(\.id) == ["F-1", "F-2"] && threads[0].indices == [0, 2])
        #expect(threads[0].messages.map(\.text) == ["a", "b", "c"] && threads[0].messages[1].role == .human)
        #expect(threads[0].status == .resolved && threads[0].decision?.optionLabel == "Do it")
        #expect(threads[1].decision == nil)
        #expect(findings.map(\.code) == ["thread-status", "thread-doubled"])
    }

    @Test("Requeue entries, reservations and inbox items are read back as they were written")
    func roundTrips() throws {
        var findings: [Finding] = []
        let time = Date(timeIntervalSince1970: 1_765_012_920)
        let one = try #require(TicketID("TKT-001"))
        let two = try #require(TicketID("TKT-002"))
        let entry = RequeueEntry(blockedTicket: one, waitingFor: two, blockedCriteria: ["AC1"], createdAt: time)
        #expect(RequeueEntry(reading: entry.value, findings: &findings) == entry)
        let item = InboxItem(
            category: "note",
            severity: "low",
            ticket: one,
            title: "T",
            createdAt: time,
            sourceBlocker: nil,
            issue: "I",
            actions: ["A"]
        )
        #expect(InboxItem(reading: item.value, file: "x.json", findings: &findings) == item)
        let held = try value("{\"ticket_id\": \"TKT-1\", \"files_locking\": [\"a.ts\"]}")
        let reservation = Reservation(reading: held, file: "TKT-1-2025-12-11T2035.json", findings: &findings)
        #expect(reservation?.files == ["a.ts"] && reservation?.startedAt != nil)
        #expect(findings == [])
    }

    @Test("Options are read from lists of objects, of texts, and from objects")
    func options() throws {
        #expect(
            DecisionOption.read(try value("[{\"id\": 1, \"label\": \"A\", \"recommended\": true}]")).map(\.id) == ["1"]
        )
        #expect(DecisionOption.read(try value("[\"A (recommended)\", \"B\"]")).map(\.isRecommended) == [true, false])
        #expect(
            DecisionOption.read(try value("{\"a\": \"First\", \"b\": \"Second\"}")).map(\.label) == ["First", "Second"]
        )
        #expect(DecisionOption.read(nil) == [])
    }
}
