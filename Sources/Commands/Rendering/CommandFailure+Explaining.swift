import Agents
import ChildProcesses
import EventLoop
import Git
import Orchestrator
import Postgres
import Redis
import Services

extension CommandFailure {
    /// Sorts an error of any module into a kind, keeping its words.
    init(explaining error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as OrchestratorError: self.init(error)
        case let error as GitError:
            self.init(.environment, error.message.sentence, hints: error.hint.map { [$0.sentence] } ?? [])
        case let error as AgentsError:
            self.init(.environment, error.message.sentence, hints: error.hint.map { [$0.sentence] } ?? [])
        case let error as ChildProcessError:
            self.init(.environment, error.message.sentence, hints: error.hint.map { [$0.sentence] } ?? [])
        case let error as ReportingError: self.init(.environment, error.message, hints: [error.hint])
        case let error as PostgresError:
            self.init(.usage, error.message.sentence, hints: error.hint.map { [$0.sentence] } ?? [])
        case let error as RedisError:
            self.init(.usage, error.message.sentence, hints: error.hint.map { [$0.sentence] } ?? [])
        case let error as EventLoopError: self.init(.environment, error.message.sentence)
        case let error as ServicesError: self.init(error)
        case is CancellationError: self.init(.interrupted, "the command was stopped")
        default:
            self.init(
                .environment,
                "something unforeseen went wrong: \(error)",
                hints: ["This is a defect of switchyard; please report it with the command you typed."]
            )
        }
    }

    private init(_ error: ServicesError) {
        let kind: Kind =
            switch error.code {
            case .invalidRequest: .usage
            case .cancelled: .interrupted
            default: .environment
            }
        self.init(kind, error.message.sentence, hints: error.hint.map { [$0.sentence] } ?? [])
    }

    private init(_ error: OrchestratorError) {
        let kind: Kind =
            switch error.code {
            case .runNotFound, .runHasEnded, .runIsActive, .noAgents: .usage
            default: .environment
            }
        self.init(kind, error.message, hints: error.hint.map { [$0] } ?? [])
    }
}

extension String {
    /// The text as a sentence: a capital first (unless it begins with a quote), a full stop last.
    var sentence: String {
        guard let first, let last else { return self }
        return first.uppercased() + dropFirst() + (".!?".contains(last) ? "" : ".")
    }
}
