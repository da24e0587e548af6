import Foundation
import MarkdownPages
import Orchestrator
import RunModel

/// A report that a person named, found and read.
struct ReportSource {
    /// Absolute path of the Markdown file.
    var path: String
    var markdown: String
    /// Where pages that are shown are kept; `nil` outside of a repository.
    var pageFolder: String?

    var folder: String { (path as NSString).deletingLastPathComponent }

    /// A name for the page that tells reports of one name apart.
    var pageName: String {
        let parts = path.split(separator: "/").suffix(2).joined(separator: "-")
        return (parts.hasSuffix(".md") ? String(parts.dropLast(3)) : parts) + ".html"
    }

    /// The page; `isBeside`: it will lie in the report's own folder.
    func page(isBeside: Bool = false) -> String {
        let base = URL(filePath: folder, directoryHint: .isDirectory).absoluteString
        return MarkdownPage.render(markdown, name: (path as NSString).lastPathComponent, base: isBeside ? nil : base)
    }

    /// Finds a file of that name first, then a run, then the newest report of an agent of the ledger.
    static func find(_ name: String, in context: CommandContext) async throws -> ReportSource {
        let file = context.absolute(name)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue {
            let place = try? await RepositoryPlace.require(from: context.workingDirectory)
            let settings = try? place?.loadSettings(in: context)
            return try read(
                file,
                pageFolder: place.flatMap { place in settings.map { place.statePath($0) + "/pages" } }
            )
        }
        if name.hasSuffix(".md") || name.contains("/") {
            throw CommandFailure.usage("There is no file '\(name)'.", hint: "Runs and their reports: switchyard runs")
        }
        let composition = try await RunComposition.make(in: context)
        let pages = composition.environment.state + "/pages"
        if name == "dispatch" || name == "triage" {
            let output = composition.place.absolute(composition.settings.outputFolder)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
            guard let newest = names.filter({ $0.hasPrefix("\(name)-report-") && $0.hasSuffix(".md") }).max() else {
                throw CommandFailure.usage("There is no \(name) report yet.", hint: "Make one: switchyard \(name)")
            }
            return try read("\(output)/\(newest)", pageFolder: pages)
        }
        let id = try composition.store.require(name)
        guard let report = try composition.store.load(id).report else {
            throw CommandFailure.usage(
                "The run '\(id)' has no report yet, because it has not ended.",
                hint: "Its state: switchyard runs show \(id)"
            )
        }
        return try read(composition.place.absolute(report.markdown), pageFolder: pages)
    }

    private static func read(_ path: String, pageFolder: String?) throws(CommandFailure) -> ReportSource {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .environment(
                "The report '\(path)' cannot be read.",
                hint: "It may have been moved, or it is not yours to read."
            )
        }
        return ReportSource(path: path, markdown: String(decoding: data, as: UTF8.self), pageFolder: pageFolder)
    }

    static func write(_ page: String, to path: String) throws(CommandFailure) {
        do {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(page.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw .environment(
                "The page '\(path)' cannot be written: \((error as NSError).localizedDescription)",
                hint: "Is there room, and may you write there?"
            )
        }
    }
}
