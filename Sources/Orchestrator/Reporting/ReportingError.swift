/// A report or a blocker that could not be written.
package struct ReportingError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case cannotWrite
        case cannotEncode
    }

    package let code: Code
    /// What failed, on which file, and why.
    package let message: String
    /// What to do, as a sentence.
    package let hint: String

    package var description: String { "\(message) \(hint)" }
}

extension ReportingError {
    static func cannotWrite(_ path: String, why: String) -> ReportingError {
        ReportingError(
            code: .cannotWrite,
            message: "The file '\(path)' cannot be written: \(why).",
            hint: "Check free space and the folder's owner; 'switchyard resume' writes it again."
        )
    }

    static func cannotEncode(_ path: String, why: String) -> ReportingError {
        ReportingError(
            code: .cannotEncode,
            message: "The content of '\(path)' cannot be written as JSON: \(why).",
            hint: "Nothing was written; please report this with the run's journal."
        )
    }
}
