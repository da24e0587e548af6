import RunModel

/// Joins how a process ended with what its stream told; pure.
///
/// The exit status alone is no word on success: tools exit 0 after an interruption, after a refused key, and after
/// denied tool calls.
struct OutcomeJudge: Sendable {
    let format: StreamFormat
    let usageStatuses: [Int32]

    /// `complaints`: the last lines of standard error, for a failure without words of its own.
    func outcome(of ending: AttemptOutcome.Ending, record: StreamRecord, complaints: String?) -> AttemptOutcome {
        var outcome = AttemptOutcome(
            ending: ending,
            reportedSuccess: record.reportedSuccess,
            usage: record.usage,
            sessionID: record.sessionID,
            failure: record.reportedSuccess == true ? nil : record.failure
        )
        if format.hasClosingRecord, record.reportedSuccess == nil {
            outcome.reportedSuccess = false
            outcome.failure = record.failure ?? failure(of: ending, record: record)
        } else if case .exited(let code) = ending, code != 0 {
            // A tool that says "success" and exits with an error has failed.
            outcome.reportedSuccess = false
            outcome.failure = outcome.failure ?? failure(of: ending, record: record)
        }
        outcome.summary = AttemptOutcome.summary(summary(of: outcome, record: record, complaints: complaints))
        return outcome
    }

    private func failure(of ending: AttemptOutcome.Ending, record: StreamRecord) -> EngineFailure? {
        switch ending {
        case .exited(let code):
            if RetryAdvice.isCrash(ending) { return EngineFailure(kind: .crashed) }
            // Shells use 126 and 127 for programs that cannot be run, sysexits 64 for a wrong command line.
            if usageStatuses.contains(code) || [64, 126, 127].contains(code) { return EngineFailure(kind: .usage) }
            guard format.hasClosingRecord else { return EngineFailure(kind: .other) }
            // It stopped in the middle of its work, or before it understood what it was asked to do.
            return EngineFailure(kind: record.hasStarted ? .crashed : .usage)
        case .signalled: return RetryAdvice.isCrash(ending) ? EngineFailure(kind: .crashed) : nil
        case .timedOut, .silent, .cancelled, .failedToStart: return nil
        }
    }

    private func summary(of outcome: AttemptOutcome, record: StreamRecord, complaints: String?) -> String? {
        if case .failedToStart(let why) = outcome.ending { return why }
        guard outcome.reportedSuccess == false else { return record.summary ?? complaints }
        // A tool that failed without a closing record says why on standard error, if at all.
        return record.reportedSuccess == false ? record.summary ?? complaints : complaints ?? record.summary
    }
}
