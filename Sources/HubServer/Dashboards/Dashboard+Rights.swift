import HubCore
import HubService
import HubStore
import WebSocket

extension Dashboard {
    /// Looks at the person's rights again after each change of them, and now and then at the token. Returns when it is not valid any more.
    func watchRights() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.followRoles() }
            group.addTask {
                while !Task.isCancelled {
                    // Cancelled when the connection ends, which ends the loop.
                    try? await Task.sleep(for: self.liveness)
                    if await !self.isTokenValid() { return }
                    await self.review()
                }
            }
            await group.next()
            group.cancelAll()
        }
        if !Task.isCancelled {
            await connection.close(code: WebSocketCloseCode.policyViolation, reason: "this token is not valid any more")
        }
    }

    private func isTokenValid() async -> Bool {
        do {
            return try await hub.authenticate(bearer: token.revealed) != nil
        } catch is CancellationError {
            return true
        } catch {
            log.error("a token could not be looked at", metadata: ["error": "\(HubError(error))"])
            return true
        }
    }

    private func followRoles() async {
        var cursor: Int64?
        for await _ in hub.database.observe(EventTable.signal) {
            do {
                guard let after = cursor else {
                    cursor = try await hub.database.read { try EventTable($0).lastSequence() }
                    continue
                }
                var last = after
                while !Task.isCancelled {
                    let from = last
                    let events = try await hub.database.read { try EventTable($0).after(from, limit: 500) }
                    guard let end = events.last else { break }
                    last = end.sequence
                    if events.contains(where: { $0.fact.kind.changesRights }) {
                        guard await isTokenValid() else { return }
                        await review()
                    }
                }
                cursor = last
            } catch is CancellationError {
                return
            } catch {
                // The next event, or the next look, brings it up again.
                log.error("the rights of a watcher could not be looked at", metadata: ["error": "\(HubError(error))"])
            }
        }
    }
}
