import Commands
import Glibc

/// The executable: everything is in `Commands`.
@main
enum Switchyard {
    static func main() async {
        exit(await Program.run(CommandLine.arguments))
    }
}
