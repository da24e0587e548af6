import Foundation
import Services

/// A job's latest errors as the table has them: JSON, for people who look at it.
enum JobErrors {
    static func decode(_ text: String) -> [JobFailure] {
        // What another program broke is not worth losing the job over.
        text == "[]" ? [] : (try? JSONDecoder().decode([JobFailure].self, from: Data(text.utf8))) ?? []
    }

    static func encode(_ errors: some Sequence<JobFailure>) -> String {
        // Numbers and text always encode.
        (try? JSONEncoder().encode(Array(errors))).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    /// Adds an error, cut to its size, and drops the oldest beyond what is kept.
    static func adding(_ failure: JobFailure, to known: String, _ rules: JobRules) -> String {
        let cut = JobFailure(
            attempt: failure.attempt,
            at: failure.at,
            error: failure.error.cut(toBytes: rules.errorSizeInBytes)
        )
        return encode((decode(known) + [cut]).suffix(rules.errorsKept))
    }
}

extension String {
    /// At most so many bytes, without a broken character at the end.
    fileprivate func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
