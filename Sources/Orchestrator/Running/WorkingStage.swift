import Git
import RunModel

/// Lets the agents of one wave work, each in its own worktree, and judges what each has done.
struct WorkingStage {
    private let active: ActiveRun
    private let wave: Int

    init(_ active: ActiveRun, wave: Int) {
        self.active = active
        self.wave = wave
    }

    func perform() async throws {
        try await active.enter(.running)
        guard let head = active.record.trainHead else { return }
        let base = try OID(hex: head)
        let agents = active.plan.waves[wave].agents
        try refuseDependents(agents)
        for agent in agents {
            if let verdict = active.record.agents[agent]?.verdict { try active.refuse(agent, after: verdict) }
        }
        if !active.record.waves.contains(where: { $0.index == wave }) {
            try active.note(.waveStarted(WaveStarted(index: wave, agents: agents, base: head)))
        }
        let open = agents.filter { !active.record.isJudged($0) }
        guard !open.isEmpty else { return }
        try await AgentWorktrees(active).create(open.filter(needsWorktree), at: base)
        await active.journal.sync()
        let site = try await RunSite.prepare(active)
        try await work(open, site: site)
        try await active.enter(.gating)
    }

    /// Agents that build on work that did not land have nothing to start from.
    private func refuseDependents(_ agents: [AgentID]) throws {
        let landed = Set(active.record.train?.agents ?? [])
        for agent in agents {
            let missing = (active.plan[agent]?.dependsOn ?? []).filter { !landed.contains($0) }
            guard let first = missing.first else { continue }
            try active.refuse(
                agent,
                .dependencyRefused,
                "It depends on agent \(first), whose work is not on the train."
            )
        }
    }

    /// An attempt that was cut off, or never begun, starts from a fresh worktree; one that ended is only judged.
    private func needsWorktree(_ agent: AgentID) -> Bool {
        active.record.agents[agent]?.attempts.last?.finished == nil
    }

    private func work(_ agents: [AgentID], site: RunSite) async throws {
        let limit = max(1, min(active.options.maxParallel, active.plan.maxParallel ?? .max))
        let waiting = try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = agents[...]
            func startNext() {
                // Those at work go on: what they have cost is spent, and their work is worth having.
                guard active.options.budget.runExcess(active.spending.total) == nil else { return }
                guard let agent = waiting.popFirst(), let assignment = active.plan[agent] else { return }
                let work = AgentWork(active: active, assignment: assignment, site: site, companions: agents)
                group.addTask { try await work.perform() }
            }
            for _ in 0..<limit { startNext() }
            while try await group.next() != nil { startNext() }
            return Array(waiting)
        }
        guard !waiting.isEmpty, let excess = active.options.budget.runExcess(active.spending.total) else { return }
        await active.journal.sync()
        throw OrchestratorError.budgetExhausted(active.run, excess: excess, waiting: waiting)
    }
}
