import Commands
import Glibc
import RunModel

/// The program, which ends itself with SIGKILL at a chosen fact: `FaultRunner 12 run task.md` as soon as the journal holds
/// fact 12, `FaultRunner landed run task.md` at the first fact of that kind.
///
/// Everything else is the real program: the same composition, and itself as the keeper of its children.
@main
enum FaultRunner {
    static func main() async {
        var arguments = CommandLine.arguments
        if let status = Program.keep(arguments) { exit(status) }
        guard arguments.count > 2 else { exit(64) }
        let end = arguments.remove(at: 1)
        let status = await Program.run(arguments) { progress in
            guard case .fact(let entry) = progress, end == String(entry.sequence) || end == entry.fact.kind else {
                return
            }
            kill(getpid(), SIGKILL)
        }
        exit(status)
    }
}
