import ArgumentParser
import ChildProcesses
import Foundation
import MarkdownPages
import Terminal

/// `switchyard report`.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show a report as a web page that needs nothing else.",
        discussion: """
            Takes any Markdown file, a run ('latest', or its id), or 'dispatch' and 'triage' for the newest report of \
            these. The page is one file: tables, code and links, light or dark as your system is, fit for printing. It \
            loads nothing and runs no script; what agents wrote is shown as text.

            EXAMPLES:
              switchyard report open latest
              switchyard report open dispatch
              switchyard report html docs/agent-output/runs/latest/report.md --output report.html
            """,
        subcommands: [ReportOpenCommand.self, ReportHTMLCommand.self]
    )
}

/// `switchyard report html`.
struct ReportHTMLCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "html",
        abstract: "Write a report as one HTML page.",
        discussion: """
            EXAMPLES:
              switchyard report html latest > report.html
              switchyard report html dispatch --output /srv/www/dispatch.html

            EXIT STATUS: 0 done, 2 there is no such report.
            """
    )

    @Argument(help: ArgumentHelp("A Markdown file, a run, 'dispatch' or 'triage'.", valueName: "file|run"))
    var report = "latest"

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Where to write the page; default is standard output.", valueName: "file")
    )
    var output: String?

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let source = try await ReportSource.find(report, in: context)
        guard let output else {
            context.output.write(source.page())
            return .success
        }
        let target = context.absolute(output)
        // Beside its report a page's links to files are right as they are.
        let isBeside = (target as NSString).deletingLastPathComponent == source.folder
        try ReportSource.write(source.page(isBeside: isBeside), to: target)
        context.talk.writeLine("Wrote '\(output)'.")
        return .success
    }
}

/// `switchyard report open`.
struct ReportOpenCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Show a report in the browser.",
        discussion: """
            Writes the page into the state folder (outside of a repository: the folder for temporary files) and hands it \
            to the program in BROWSER, or to 'xdg-open'. Where neither can be found it prints the page's path.

            EXAMPLES:
              switchyard report open
              switchyard report open docs/ledger.md

            EXIT STATUS: 0 done, 2 there is no such report.
            """
    )

    @Argument(help: ArgumentHelp("A Markdown file, a run, 'dispatch' or 'triage'.", valueName: "file|run"))
    var report = "latest"

    func perform(in context: CommandContext) async throws -> ExitStatus {
        let source = try await ReportSource.find(report, in: context)
        let folder = source.pageFolder ?? (context.environment["TMPDIR"] ?? "/tmp") + "/switchyard-pages"
        let target = "\(folder)/\(source.pageName)"
        try ReportSource.write(source.page(), to: target)
        let search = context.environment["PATH"] ?? ExecutableSearch.defaultSearchPath
        let openers = [context.environment["BROWSER"], "xdg-open"].compactMap(\.self).filter { !$0.isEmpty }
        if context.outputTraits.isTerminal,
            let opener = openers.lazy.compactMap({ ExecutableSearch.locate($0, searchPath: search) }).first
        {
            let ending = try await context.runInForeground([opener, target], environment: context.environment)
            if ending == .exited(0) { return .success }
        }
        context.output.writeLine(target)
        return .success
    }
}
