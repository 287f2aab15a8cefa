import HubCore
import WireProtocol

extension Sessions {
    /// What tmux holds of an earlier daemon.
    struct Orphan: Sendable {
        let pane: TmuxServer.Pane
        let record: SessionRecord?
        let tmux: TmuxServer
    }

    /// Finds what an earlier daemon left: what tmux still holds waits for the hub, the rest is reported as ended. While tmux does not
    /// answer nothing of what it may hold is touched.
    func recover() async {
        let records = await parts.records.all()
        let entrusted = records.filter { !$0.tmuxName.isEmpty }
        var ended = records.filter(\.tmuxName.isEmpty)
        do {
            if parts.tmux != nil || !entrusted.isEmpty { orphans = try await held(entrusted) }
            ended += entrusted.filter { orphans[$0.tmuxName] == nil }
        } catch {
            unclear = entrusted
            if !entrusted.isEmpty { warn("\(error)") }
        }
        await end(ended)
        let gone = Set(ended.map(\.session))
        let alive = Set(records.map(\.session)).subtracting(gone)
        for (session, base) in await parts.ports.sweep(keeping: alive) {
            parts.log.warning(
                "the ports of a session that goes on could not be held for it: another agent may have them",
                metadata: ["session": "\(session)", "first port": "\(base)"])
        }
        await parts.worktrees.keep(alive)
    }

    /// Asks tmux again about what it did not answer for.
    func lookAgain() async {
        guard !unclear.isEmpty, !isStopping, let held = try? await held(unclear) else { return }
        let running = Set(entries.flatMap { [TmuxServer.name(of: $0), $1.session?.terminal.tmuxName ?? ""] })
        for (name, orphan) in held where !running.contains(name) && orphans[name] == nil {
            orphans[name] = orphan
            if welcome != nil { report(orphan) }
        }
        let ended = unclear.filter { held[$0.tmuxName] == nil }
        parts.log.notice(
            "tmux answers again", metadata: ["sessions that go on": "\(held.count)", "sessions that have ended": "\(ended.count)"])
        await end(ended)
        unclear = []
        endReport()
    }

    func report(_ orphan: Orphan) {
        parts.outgoing.send(
            .sessionRecovered(
                SessionRecovered(tmuxName: orphan.pane.session, pid: Int(orphan.pane.pid), workingDirectory: orphan.pane.directory)))
    }

    /// - Throws: where tmux cannot be asked.
    private func held(_ records: [SessionRecord]) async throws -> [String: Orphan] {
        if parts.tmux == nil {
            let tmux = try await parts.startTmux()
            if parts.configuration.sessions.usesTmux { parts.tmux = tmux }
            return try await held(records, by: tmux)
        }
        guard let tmux = parts.tmux else { return [:] }
        return try await held(records, by: tmux)
    }

    private func held(_ records: [SessionRecord], by tmux: TmuxServer) async throws -> [String: Orphan] {
        var held: [String: Orphan] = [:]
        for pane in try await tmux.panes() {
            held[pane.session] = Orphan(pane: pane, record: records.first { $0.tmuxName == pane.session }, tmux: tmux)
        }
        return held
    }

    /// A daemon that was killed could not take along what ran in its terminals.
    private func end(_ records: [SessionRecord]) async {
        await withTaskGroup(of: Void.self) { [parts] group in
            for record in records {
                group.addTask {
                    await parts.census.endAll(carrying: SessionEnvironment.tag(of: record.session), grace: .milliseconds(500))
                }
            }
        }
        for record in records {
            await parts.spool.add(.sessionClosed(session: record.session, exitCode: nil))
            await settle(record)
        }
    }

    private func warn(_ why: String) {
        parts.log.error(
            """
            tmux does not answer: sessions of before are left as they are, and looked at again. If tmux was replaced while its server \
            ran, run the former version again, or end that server, and its sessions with it
            """,
            metadata: [
                "why": "\(why)", "sessions": "\(unclear.count)",
                "socket": "\(TmuxServer.socket(of: parts.configuration.stateDirectory))",
            ])
    }
}
