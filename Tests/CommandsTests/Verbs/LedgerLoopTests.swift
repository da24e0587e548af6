import Foundation
import RunModel
import TestSupport
import Testing

@testable import Commands

/// Refused work, a missing tool and a decision, over three days of runs and dispatches, until everything has landed.
@Suite("The ledger's loop over three days", .timeLimit(.minutes(10)))
struct LedgerLoopTests {
    /// Plays the agent of every prompt that triage and dispatch write.
    private static let agent = """
        prompt=$(cat)
        case "$prompt" in
        *'make the missing tool'*) mkdir -p tools; echo guest > tools/users.txt ;;
        *'check again'*)
            page=$(printf '%s' "$prompt" | grep -o 'docs/agent-output/qa/[A-Za-z0-9._-]*' | head -n 1)
            mkdir -p docs/agent-output/qa; echo 'AC1 PASS: a guest was made and seen' > "$page" ;;
        *'go on'*) echo red > src/badge.txt ;;
        esac
        """
    private static let settings = """
        engine: worker
        engines:
          worker:
            command: ["sh", "-c", "sh \\"$SWITCHYARD_WORKTREE/agents/worker.sh\\""]
        """
    private static let tickets = ["TKT-101", "TKT-202", "TKT-203"]

    /// The first commit's files besides the agent's.
    private static var files: [String: String] {
        let finding = """
            {"findings": [{"id": "F-31", "title": "Uploads are kept forever", "severity": "high",
             "location": "src/upload.txt", "issue": "Nothing in src/upload.txt deletes old uploads.",
             "suggested_fix": "Delete uploads after 30 days in src/upload.txt.", "status": "pending"}]}
            """
        let entries = tickets.map { id in
            """
            {"id": "\(id)", "title": "Work of \(id)", "status": "\(id == "TKT-101" ? "ready" : "qa_pending")",
             "files_to_modify": ["src/badge.txt"], "acceptance_criteria": ["AC1 - it shows"],
             "dev_checks": ["\(id == "TKT-101" ? "grep -q red src/badge.txt" : "test -f src/badge.txt")"]}
            """
        }
        return [
            "src/badge.txt": "grey\n", "src/upload.txt": "x\n", "agents/worker.sh": agent,
            "switchyard.yaml": settings,
            "data/tickets.json": "{\"tickets\": [\(entries.joined(separator: ",\n"))]}\n",
            "data/findings.json": finding,
            "data/decisions.json": #"{"threads": [{"finding_id": "F-31", "status": "pending", "messages": []}]}"#,
            "docs/agent-output/started/TKT-203-2026-11-18T0700.json": """
            {"ticket_id": "TKT-203", "branch": "agent/TKT-203", "started_at": "2026-11-18T07:00:00Z",
             "files_locking": ["src/guest.txt"]}
            """,
        ]
    }

    private static let task = """
        ---
        engine: script
        ---
        # Badges BD1: a red badge

        ## File Ownership

        | Agent | Files Owned |
        |---|---|
        | A | `src/badge.txt` |
        | B | `src/label.txt` (NEW) |

        ## Launch the agents

        ### Agent A: TKT-101 red badge

        #### Build

        ```bash
        echo red > src/badge.txt
        echo borrowed > src/other.txt
        ```

        #### Commit
        feat: TKT-101 red badge

        ### Agent B: a label

        #### Build

        ```bash
        echo label > src/label.txt
        ```

        #### Commit
        feat: a label
        """

    @Test("Every refusal, gap and decision goes its way, file by file, and on the third day nothing is open")
    func loop() async throws {
        try await withTemporaryFolder { folder in
            let scene = try LedgerRepository(in: folder, files: Self.files)
            try scene.repository.write(Self.task, to: "tasks/badges.md")

            // Day one. One agent writes a file it does not own; testers find that a tool is missing.
            scene.clock.set("2026-11-18T08:00:00Z")
            #expect(await scene.run("run", "tasks/badges.md", "--no-push").status == .refused)
            #expect(try scene.repository.text(of: "src/label.txt") == "label\n")
            #expect(try scene.repository.text(of: "src/badge.txt") == "grey\n")
            let refused = try #require(try scene.names("docs/agent-output/blocked").first)
            let refusal = try scene.repository.read("docs/agent-output/blocked/\(refused)")
            for ticket in ["TKT-202", "TKT-203"] {
                try scene.repository.write(
                    gap(of: ticket),
                    to: "docs/agent-output/blocked/QA-\(ticket)-TOOLING-20261118T100000.json"
                )
            }
            scene.clock.set("2026-11-18T12:00:00Z")
            let first = await scene.run("dispatch")
            #expect(first.status == .success, "\(first.talk)")
            #expect(try scene.names("docs/agent-output/blocked").isEmpty)
            let archived = try scene.names("docs/agent-output/archive/2026-11-18")
            #expect(archived.count == 3)
            #expect(try scene.repository.read("docs/agent-output/archive/2026-11-18/\(refused)") == refusal)
            #expect(
                try scene.names("docs/agent-output").contains("dispatch-report-20261118T120000Z.md"),
                "\(first.output)"
            )
            #expect(try scene.state(of: "TKT-101") == "qa_failed")
            #expect(try scene.state(of: "TKT-202") == "blocked_tooling")
            #expect(try scene.state(of: "TKT-203") == "blocked_tooling")
            let tool = try #require(
                try scene.entries("tickets").compactMap { $0["id"]?.text }.first { !Self.tickets.contains($0) }
            )
            #expect(try scene.entries("requeue").map { $0["status"] } == ["waiting", "waiting"])
            #expect(try scene.entries("requeue").map { $0["waiting_for"]?.text } == [tool, tool])
            #expect(try scene.entries("decisions").first?["messages"]?.elements.count == 1)
            let prompts = try scene.names("prompts/active")
            #expect(prompts.count == 2)
            #expect(prompts[0].hasPrefix("continuation-TKT-101-") && prompts[1].hasPrefix("tooling-\(tool)-"))
            #expect(try scene.names("docs/agent-output/started").count == 1)

            // Day two. The prompts are run, a person decides, and what waited goes back.
            scene.clock.set("2026-11-19T09:00:00Z")
            for prompt in prompts {
                let run = await scene.run("run", "prompts/active/\(prompt)", "--no-push", "--display", "plain")
                #expect(run.status == .success, "\(run.talk)")
                #expect(run.talk.contains("Prompt '\(prompt)' is done"), "\(run.talk)")
            }
            #expect(try scene.repository.text(of: "src/badge.txt") == "red\n")
            #expect(try scene.repository.text(of: "tools/users.txt") == "guest\n")
            #expect(try scene.state(of: "TKT-101") == "merged")
            #expect(try scene.state(of: tool) == "merged")
            #expect(try scene.names("prompts/active").isEmpty)
            #expect(try scene.names("docs/agent-output/archive/2026-11-19") == prompts)
            #expect(await scene.run("threads", "decide", "F-31", "--option", "1").status == .success)
            scene.clock.set("2026-11-19T12:00:00Z")
            let second = await scene.run("dispatch")
            #expect(second.status == .success, "\(second.talk)")
            #expect(try scene.entries("requeue").map { $0["status"] } == ["requeued", "requeued"])
            #expect(
                try scene.entries("requeue").allSatisfy { $0["requeued_at"]?.text?.hasPrefix("2026-11-19") == true }
            )
            #expect(try scene.state(of: "TKT-202") == "qa_pending")
            let retests = try scene.names("prompts/active")
            #expect(retests.count == 2 && retests.allSatisfy { $0.hasPrefix("retest-TKT-20") })
            let finding = try #require(try scene.entries("findings").first)
            let decided = try #require(finding["ticket_id"]?.text)
            #expect(try scene.state(of: decided) == "ready")
            #expect(try scene.entries("decisions").first?["status"] == "resolved")
            #expect(try scene.names("docs/agent-output/started").isEmpty, "its agent was not seen for a day")

            // Day three. The checks are done, the last ticket lands, and nothing is open.
            scene.clock.set("2026-11-20T09:00:00Z")
            for prompt in retests {
                let run = await scene.run("run", "prompts/active/\(prompt)", "--no-push")
                #expect(run.status == .success, "\(run.talk)")
            }
            #expect(try scene.names("prompts/active").isEmpty)
            #expect(try scene.state(of: "TKT-202") == "qa_pending", "what was found is for a person to read")
            try scene.repository.write(task(for: decided), to: "tasks/\(decided).md")
            #expect(await scene.run("run", "tasks/\(decided).md", "--no-push").status == .success)
            for ticket in ["TKT-202", "TKT-203", decided] {
                #expect(await scene.run("tickets", "move", ticket, "merged").status == .success)
            }
            scene.clock.set("2026-11-20T12:00:00Z")
            let third = await scene.run("dispatch", "--json")
            #expect(third.status == .success, "\(third.talk)")
            #expect(third.output.filter { !$0.isWhitespace }.contains("\"blockers_queued\":0"))
            #expect(try scene.entries("tickets").allSatisfy { $0["status"] == "merged" })
            #expect(try scene.names("docs/agent-output/blocked").isEmpty)
            #expect(try scene.names("docs/agent-output/quarantine").isEmpty)

            // A further dispatch has nothing to do, and leaves the data as they are.
            let before = try scene.data()
            scene.clock.set("2026-11-20T18:00:00Z")
            #expect(await scene.run("dispatch").status == .success)
            #expect(try scene.data() == before)
            let history = await scene.run("jobs", "history", "dispatch", "--json")
            #expect(history.output.split(separator: "\n").count == 4)
            #expect(try scene.repository.git("for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main")
            try scene.repository.git("fsck", "--strict")
        }
    }

    /// A tester's blocker: the way to check the ticket is missing.
    private func gap(of ticket: String) -> String {
        """
        {"ticket_id": "\(ticket)", "blocker_type": "missing_tooling",
         "summary": "Cannot check AC1 of \(ticket): there is no way to make a user with the guest role",
         "blocked_criteria": ["AC1 - it shows"], "dispatch_action": "create_tooling_ticket",
         "tooling_gap": {"needed_behavior": "An endpoint that makes a user with the guest role", "file": "tools/users.txt"},
         "suggested_fix": {"title": "Make users with the guest role", "acceptance_criteria": ["a guest user can be made"]}}
        """
    }

    /// A person's task file for a ticket that a decision made.
    private func task(for ticket: String) -> String {
        """
        ---
        engine: script
        ---
        # \(ticket): uploads end

        ## File Ownership

        | Agent | Files Owned |
        |---|---|
        | A | `src/upload.txt` |

        ### Agent A: \(ticket) delete old uploads

        #### Build

        ```bash
        echo 'kept for 30 days' > src/upload.txt
        ```

        #### Commit
        feat: uploads end after 30 days (\(ticket))
        """
    }
}
