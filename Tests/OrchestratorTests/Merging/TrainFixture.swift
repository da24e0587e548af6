import Git
import RunModel
import TestSupport

@testable import Orchestrator

/// A real repository with branches of agents, and the train that merges them.
struct TrainFixture {
    let repository: TemporaryRepository
    let lane = GitLane(name: "train-tests")

    var train: MergeTrain { MergeTrain(repository: repository.path, lane: lane) }

    /// Commits the files as the first state of `main`.
    init(_ repository: TemporaryRepository, files: [String: String]) throws {
        self.repository = repository
        try repository.commit("base", files: files)
    }

    func head(_ revision: String = "main") throws -> OID { try OID(hex: repository.commitID(revision)) }

    func rules(
        append: [String] = [],
        collect: [CollectRule] = []
    ) -> TrainRules {
        TrainRules(run: RunID("20260102-030405-test"), append: append, collect: collect, time: 1_767_323_045)
    }

    /// Commits an agent's work on a branch of its own.
    func candidate(
        _ agent: String,
        title: String = "Work",
        from base: String = "main",
        files: [String: String] = [:],
        removing: [String] = [],
        owns: [String] = [],
        message: String? = nil,
        dependsOn: [String] = []
    ) throws -> MergeCandidate {
        let start = try head(base)
        let tip = try repository.branch("agents/\(agent)", from: base, files: files, removing: removing)
        let owned = owns.isEmpty ? Array(files.keys) + removing : owns
        return MergeCandidate(
            agent: AgentID(agent),
            title: title,
            tip: try OID(hex: tip),
            base: start,
            message: message,
            ownership: Ownership(owned: owned.sorted().map { OwnedPath(pattern: PathPattern(kind: .glob, text: $0)) }),
            dependsOn: dependsOn.map { AgentID($0) }
        )
    }

    func build(
        _ candidates: [MergeCandidate],
        onto revision: String = "main",
        rules: TrainRules? = nil
    ) async throws
        -> TrainBuild
    {
        try await train.build(candidates, onto: head(revision), rules: rules ?? self.rules())
    }

    func text(_ name: String, at commit: OID) throws -> String { try repository.text(of: name, at: commit.hex) }

    func files(at commit: OID) throws -> [String] { try repository.files(at: commit.hex) }

    /// The tree of a commit (hex).
    func tree(of commit: OID) throws -> String { try repository.git("rev-parse", "\(commit.hex)^{tree}") }

    /// Runs the body in a repository whose `main` holds the files.
    static func with(
        _ files: [String: String],
        _ body: (TrainFixture) async throws -> Void
    ) async throws {
        try await withTemporaryRepository { repository in
            try await body(TrainFixture(repository, files: files))
        }
    }
}

/// The lines `1` to `count`, with some replaced.
func numberedLines(_ count: Int, replacing: [Int: String] = [:]) -> String {
    (1...count).map { (replacing[$0] ?? "\($0)") + "\n" }.joined()
}
