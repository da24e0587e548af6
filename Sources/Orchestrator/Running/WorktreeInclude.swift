import Foundation
import Git
import Glibc
import RunModel

/// The ignored files that `.worktreeinclude` names: local settings and caches that agents need and git does not carry.
struct WorktreeInclude: Sendable {
    struct Options: Sendable {
        /// Most files of one worktree.
        ///
        /// Default 20,000.
        var mostFiles: Int
        /// Most bytes of one worktree.
        ///
        /// Default 256 MiB.
        var mostBytes: Int

        init(mostFiles: Int = 20_000, mostBytes: Int = 256 << 20) {
            self.mostFiles = mostFiles
            self.mostBytes = mostBytes
        }
    }

    static let fileName = ".worktreeinclude"

    let repository: String
    let paths: [GitPath]
    let options: Options

    /// Lists what the file at the repository's root names; `nil` without a file or a working tree.
    ///
    /// - Throws: `OrchestratorError` when it is more than allowed.
    static func load(
        repository: String,
        state: String,
        options: Options,
        command: GitCommand,
        lane: GitLane
    ) async throws -> WorktreeInclude? {
        let patterns = "\(repository)/\(fileName)"
        let isThere = await lane.blocking {
            // A link could name a file of somebody else's as patterns.
            var status = stat()
            return lstat(patterns, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
        guard isThere, FileManager.default.fileExists(atPath: repository + "/.git") else { return nil }
        let paths: [GitPath]
        do throws(GitError) {
            paths = try await command.untrackedFiles(
                namedIn: patterns,
                in: repository,
                leavingOut: state.hasPrefix(repository + "/") ? [String(state.dropFirst(repository.count + 1))] : []
            )
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
        let size = await lane.blocking { paths.reduce(0) { $0 + GuardFiles.sizeOfFile("\(repository)/\($1)") } }
        guard paths.count <= options.mostFiles, size <= options.mostBytes else {
            throw OrchestratorError(
                .includeTooLarge,
                "'\(fileName)' names \(paths.count) files of \((size + (1 << 20) - 1) >> 20) MiB for each worktree; "
                    + "\(options.mostFiles) files and \(options.mostBytes >> 20) MiB are allowed.",
                hint: "Name fewer, or raise 'worktree_include_limit' in the settings."
            )
        }
        return paths.isEmpty ? nil : WorktreeInclude(repository: repository, paths: paths, options: options)
    }

    /// Copies the files into a worktree and says what could not be copied, and why.
    ///
    /// A file that the worktree's own rules do not ignore stays behind: the agent would commit it.
    func copy(to worktree: String, lane: GitLane) async throws -> [Finding] {
        let (repository, paths, options) = (repository, paths, options)
        let left: [Reason: [GitPath]]
        do throws(GitError) {
            left = try await lane.run(at: worktree) { handle throws(GitError) in
                let copy = FolderCopy(from: repository, to: worktree)
                var left: [Reason: [GitPath]] = [:]
                var rest = options.mostBytes
                for path in paths {
                    guard try handle.isIgnored(path) else {
                        left[.tracked, default: []].append(path)
                        continue
                    }
                    switch try copy.copy(path, limitInBytes: rest) {
                    case .copied(let size): rest -= size
                    // What the base itself holds, or set-up made, is the better one.
                    case .exists, .gone: break
                    case .refused: left[.unsafe, default: []].append(path)
                    case .tooLarge: left[.large, default: []].append(path)
                    }
                }
                return left
            }
        } catch {
            throw OrchestratorError.gitFailed(error)
        }
        return left.sorted { $0.key.rawValue < $1.key.rawValue }.map { $0.finding($1) }
    }

    /// Why a file stays behind.
    private enum Reason: String, Hashable, Sendable {
        case large, tracked, unsafe

        func finding(_ paths: [GitPath]) -> Finding {
            let shown = paths.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            let names = paths.count > 3 ? "\(shown) and \(paths.count - 3) more" : shown
            return switch self {
            case .large:
                Finding(
                    .warning,
                    "include-too-large",
                    "\(names) grew over the limit and was not copied into worktrees.",
                    hint: "Raise 'worktree_include_limit' in the settings."
                )
            case .tracked:
                Finding(
                    .warning,
                    "include-not-ignored",
                    "\(names) is named in '\(WorktreeInclude.fileName)' but not ignored at the commit the agents start "
                        + "from; it was not copied, because an agent would commit it.",
                    hint: "Add it to '.gitignore' and commit that."
                )
            case .unsafe:
                Finding(
                    .warning,
                    "include-unsafe",
                    "\(names) is named in '\(WorktreeInclude.fileName)' but is no regular file, or lies behind a "
                        + "symbolic link; it was not copied.",
                    hint: "Name the file itself, and make links in 'hooks.setup'."
                )
            }
        }
    }
}

extension GitLane {
    /// Runs blocking file work that cannot fail on the lane.
    fileprivate func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        let outcome: Swift.Result<Result, GitError>
        do throws(GitError) {
            outcome = .success(try await run { () throws(GitError) -> Result in body() })
        } catch {
            outcome = .failure(error)
        }
        switch outcome {
        case .success(let result): return result
        case .failure: preconditionFailure("the closure throws nothing, and a lane adds no error of its own")
        }
    }
}
