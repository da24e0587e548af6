package import RunModel

/// Makes a checked plan of a task file: joins ownership, orders agents into waves, and lists what is wrong.
package enum Planner {
    /// Reads and plans a task file; never fails, errors are findings of the plan.
    package static func plan(source: [UInt8], file: String, options: PlannerOptions = PlannerOptions()) -> Plan {
        plan(TaskFileParser.parse(source, file: file), options: options)
    }

    /// Plans a task file that was read before.
    package static func plan(_ taskFile: TaskFile, options: PlannerOptions = PlannerOptions()) -> Plan {
        var builder = PlanBuilder(taskFile, options: options)
        return builder.build()
    }
}
