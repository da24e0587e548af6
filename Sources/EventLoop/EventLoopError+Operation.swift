import Glibc

extension EventLoopError {
    /// A system call that failed, with the meaning of its error number.
    static func system(_ call: String, on thing: String, errorNumber: Int32, hint: String? = nil) -> EventLoopError {
        EventLoopError(
            code: .system,
            message: "\(call) failed for \"\(thing)\": \(String(cString: strerror(errorNumber)))",
            hint: hint
        )
    }

    static func stopped(_ name: String) -> EventLoopError {
        EventLoopError(
            code: .stopped,
            message: "the event loop \"\(name)\" was shut down",
            hint: "start nothing new while the program ends"
        )
    }

    static func overloaded(_ name: String, limit: Int) -> EventLoopError {
        EventLoopError(
            code: .overloaded,
            message: "the threads \"\(name)\" have \(limit) blocking calls waiting and take no more",
            hint: "look for a host that does not answer, or raise the limit"
        )
    }

    static func hostNotFound(_ host: String, why: String) -> EventLoopError {
        EventLoopError(
            code: .hostNotFound,
            message: "the host \"\(host)\" has no address: \(why)",
            hint: "check its spelling and the name servers"
        )
    }
}
