import RunModel

/// The hooks that keep one agent's git commands on its own branch, as POSIX shell.
///
/// A hook is advice with a good message: `-c core.hooksPath=` goes around it. The sandbox enforces, the inspection
/// detects.
struct GuardHooks: Sendable {
    let site: GuardSite
    /// The folder git would have taken hooks from without the guard; relative ones count from the worktree's root.
    let projectHooks: String

    /// Hooks that git runs on the agent's own commands; a project's hooks of these names are forwarded.
    private static let forwarded = [
        "applypatch-msg", "commit-msg", "post-applypatch", "post-checkout", "post-commit", "post-merge", "post-rewrite",
        "pre-applypatch", "pre-commit", "pre-rebase", "prepare-commit-msg", "post-index-change",
    ]

    /// Scripts by hook name.
    ///
    /// - `isPresent`: tells whether the project has a hook of that name. Forwarding only those keeps a commit
    ///   free of shells that would do nothing.
    func scripts(isPresent: (String) -> Bool) -> [String: String] {
        var scripts = [
            "reference-transaction": referenceTransaction(forwards: isPresent("reference-transaction")),
            "pre-push": refusal(of: "push", advice: "The runner pushes what passed its checks."),
            "pre-merge-commit": refusal(
                of: "merge",
                advice: "Run 'git merge --abort' and go on; the runner merges what passed its checks."
            ),
        ]
        for name in Self.forwarded where isPresent(name) { scripts[name] = forwarder(name) }
        return scripts
    }

    private var head: String {
        """
        #!/bin/sh
        # Written by Switchyard for agent \(site.agent.slug) of run \(site.run); goes away with the worktree.
        # Keeps git commands of this agent on its own branch.
        guarded=\(Self.quoted(site.commonFolder))
        own=\(Self.quoted(site.worktreeGitFolder))
        branch=\(Self.quoted(site.branch))
        folder=\(Self.quoted(site.refFolder))
        base=\(Self.quoted(site.base))
        log=\(Self.quoted(site.refusalLog))
        project=\(Self.quoted(projectHooks))

        absolute() { (CDPATH= cd -- "$1" 2>/dev/null && pwd -P); }
        common=$(absolute "$(git rev-parse --git-common-dir 2>/dev/null)")
        here=$(absolute "$(git rev-parse --git-dir 2>/dev/null)")

        refuse() {
            printf '%s\\t%s\\t%s\\t%s\\n' "$1" "$2" "$3" "$4" >> "$log" 2>/dev/null
            printf 'switchyard: %s\\n' "$5" "$6" >&2
            exit 1
        }

        """
    }

    private func referenceTransaction(forwards: Bool) -> String {
        let forward =
            forwards
            ? """
            if [ -x "$project/reference-transaction" ]; then
                printf '%s\\n' "$input" | "$project/reference-transaction" "$@" || exit $?
            fi

            """ : ""
        let quick = forwards ? "" : "[ \"$1\" = prepared ] || exit 0\n"
        return "#!/bin/sh\n" + quick + head.dropFirst("#!/bin/sh\n".count) + """
            advice="Commit on your own branch, ${branch#refs/heads/}; the runner merges and pushes what passed."
            input=$(cat)
            # Other repositories, such as those a test suite makes, are none of the guard's business.
            if [ "$1" = prepared ] && [ "$common" = "$guarded" ]; then
                while read -r old new ref; do
                    [ -n "$ref" ] || continue
                    if [ "$here" != "$own" ]; then
                        refuse ref "$ref" "$old" "$new" "refused to move '$ref' from outside of the worktree." "$advice"
                    fi
                    case $ref in
                    "$folder"*)
                        case $new in
                        *[!0]*)
                            if [ -n "$(git rev-list -n 1 --min-parents=2 "$new" "^$base" 2>/dev/null)" ]; then
                                refuse merge "$ref" "$old" "$new" "refused to put a merge commit on '$ref'." "$advice"
                            fi ;;
                        *)
                            if [ "$ref" = "$branch" ]; then
                                refuse ref "$ref" "$old" "$new" "refused to delete your own branch '$ref'." "$advice"
                            fi ;;
                        esac ;;
                    HEAD | ORIG_HEAD | AUTO_MERGE | CHERRY_PICK_HEAD | REVERT_HEAD | REBASE_HEAD | MERGE_AUTOSTASH) ;;
                    BISECT_* | refs/worktree/* | refs/bisect/* | refs/rewritten/*) ;;
                    refs/stash)
                        refuse ref "$ref" "$old" "$new" "refused to stash: all worktrees share the stash." \\
                            "Commit instead; a commit on your own branch can be amended later." ;;
                    *) refuse ref "$ref" "$old" "$new" "refused to move '$ref': it is not yours." "$advice" ;;
                    esac
                done <<SWITCHYARD_REFS
            $input
            SWITCHYARD_REFS
            fi

            """ + forward + "exit 0\n"
    }

    /// Programs by name, for the folder that stands first in the agent's search path.
    ///
    /// Git asks the one for a transport of our own, which the settings send every push to, before any hook could.
    var programs: [String: String] {
        [
            "git-remote-\(GuardSettings.refusedTransport)": """
            #!/bin/sh
            # Written by Switchyard for agent \(site.agent.slug) of run \(site.run); goes away with the worktree.
            # Hears of every push, because the guard's settings send them here.
            printf 'push\\t%s\\t\\t\\n' "${2#*://}" >> \(Self.quoted(site.refusalLog)) 2>/dev/null
            echo "switchyard: refused to push: an agent may only commit on its own branch." >&2
            echo "switchyard: The runner pushes what passed its checks." >&2
            exit 1

            """
        ]
    }

    private func refusal(of action: String, advice: String) -> String {
        head + """
            if [ "$common" = "$guarded" ]; then
                refuse \(action) "${1:-HEAD}" "" "" "refused to \(action): an agent may only commit on its own branch." \\
                    "\(advice)"
            fi
            exit 0

            """
    }

    private func forwarder(_ name: String) -> String {
        """
        #!/bin/sh
        # Written by Switchyard: the guard's hook folder stands before the project's own, so its hook is called here.
        hook=\(Self.quoted(projectHooks))/\(name)
        [ -x "$hook" ] || exit 0
        exec "$hook" "$@"

        """
    }

    /// The text as one word of a POSIX shell.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
