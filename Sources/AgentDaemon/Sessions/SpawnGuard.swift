/// Whether another session may start: what a machine has no memory for must not be started, or the kernel ends what runs.
struct SpawnGuard: Sendable {
    let settings: AgentConfiguration.SessionSettings

    /// - Parameters:
    ///   - memory: `nil` where the machine does not tell: then only the number counts.
    ///   - running: sessions that run or start.
    ///   - young: those of them that started in the last minute and have not taken yet what they will.
    /// - Returns: why not, or `nil`.
    func refusal(memory: SystemGauges.Memory?, running: Int, young: Int) -> String? {
        guard running < settings.maximum else {
            return "\(running) sessions run here, and no more are allowed (sessions.maximum)"
        }
        guard let memory else { return nil }
        let (available, needed) = (memory.available / 1024, settings.minimumFree + settings.reserve * (young + 1))
        guard available < needed else { return nil }
        return "only \(available) MiB of memory are available, and \(needed) are needed with \(running) sessions running "
            + "(sessions.minimum_free_mb, sessions.reserve_mb)"
    }
}
