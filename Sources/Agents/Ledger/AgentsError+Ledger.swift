import RunModel

extension AgentsError {
    static func ledgerUnreadable(_ path: String, why: String) -> AgentsError {
        AgentsError(
            code: .ledgerUnreadable,
            message: "The ledger's '\(path)' cannot be read: \(why).",
            hint: "Mend it, or move it away; nothing was changed."
        )
    }

    static func ledgerSyntax(_ path: String, _ error: LedgerSyntaxError) -> AgentsError {
        AgentsError(
            code: .ledgerUnreadable,
            message: "\(path):\(error.line):\(error.column): the file is no JSON: \(error.message).",
            hint: "Mend the file by hand; nothing was changed, and nothing is written to it until it can be read."
        )
    }

    static func ledgerUnwritable(_ path: String, why: String) -> AgentsError {
        AgentsError(
            code: .ledgerUnwritable,
            message: "The ledger's '\(path)' cannot be written: \(why).",
            hint: "Check free space and the folder's owner, then do it again: nothing is done twice."
        )
    }

    static func ledgerPathOutside(_ path: String, of repository: String) -> AgentsError {
        AgentsError(
            code: .ledgerPathOutside,
            message: "The ledger's folder '\(path)' leads out of the repository '\(repository)'.",
            hint: "Replace the symbolic link by a folder, or set an absolute path under `paths` in the settings."
        )
    }

    static func ledgerName(_ name: String) -> AgentsError {
        AgentsError(
            code: .ledgerPathOutside,
            message: "'\(name.prefix(80))' is no name of a file in a folder of the ledger.",
            hint: "Use a name without slashes, of at most \(LedgerName.limitInBytes) bytes."
        )
    }

    static func ledgerBusy(holder: String?, waited: Duration) -> AgentsError {
        AgentsError(
            code: .ledgerBusy,
            message:
                "The ledger is in use by \(holder ?? "somebody else") since more than \(waited.components.seconds) seconds.",
            hint: "See who it is with: switchyard lock list"
        )
    }

    static func ledgerLockLost(before step: String) -> AgentsError {
        AgentsError(
            code: .ledgerBusy,
            message: "The right to change the ledger ended before this could be done: \(step).",
            hint: "Do it again: what was done before stands, and nothing is done twice."
        )
    }

    static func ledgerReadOnly(_ step: String) -> AgentsError {
        AgentsError(
            code: .ledgerReadOnly,
            message: "The ledger was opened for reading, and something wanted to change it: \(step).",
            hint: nil
        )
    }
}
