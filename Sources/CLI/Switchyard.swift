import Commands
import Glibc

/// The executable: everything is in `Commands`.
@main
enum Switchyard {
    @MainActor
    static func main() async {
        // A keeper must be alone on the main thread, so it is looked for before anything starts.
        if let status = Program.keep(CommandLine.arguments) { exit(status) }
        exit(await Program.run(CommandLine.arguments))
    }
}
