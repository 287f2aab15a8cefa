import HubCore
import HubService
import TelegramBot

extension TelegramGateway {
    /// The commands have changed: every bot shows its menus anew, beside all else.
    package func menusChanged() { menuChanges.add(.all) }

    func keepMenus() async {
        await withDiscardingTaskGroup { group in
            var rests = MenuRests()
            await menuChanges.forEach { extent in
                if extent == .all {
                    for line in lines { await line.showMenus(handler) }
                }
                for rest in await showChatMenus(&rests) {
                    group.addTask {
                        // Cancelled when the gateway stops: then nothing follows.
                        try? await Task.sleep(for: rest)
                        self.menuChanges.add(.chats)
                    }
                }
            }
            group.cancelAll()
        }
    }

    /// Tells Telegram what has changed in the menus of single chats, one after the other: many may change at once, and people wait for
    /// messages rather than for a menu, which is help, no permission.
    ///
    /// - Returns: the times after which what is open is to be tried again.
    private func showChatMenus(_ rests: inout MenuRests) async -> [Duration] {
        let handler = handler
        var begun: [Duration] = []
        do {
            let changes = try await hub.database.read { try ChatMenus(connection: $0, handler: handler).changes() }
            for change in rests.inOrder(changes) where !rests.rests(change.place.bot, at: .now) {
                guard let line = line(change.place.bot) else { continue }
                guard !Task.isCancelled else { break }
                var rest: Duration?
                do {
                    try await line.showMenu(change.commands, in: change.place.chat)
                } catch BotAPIError.methodUnknown {
                    continue
                } catch let error as BotAPIError {
                    log.notice(
                        "the menu of a chat could not be set",
                        metadata: ["bot": "\(change.place.bot)", "chat": "\(change.place.chat)", "error": "\(error)"])
                    rest = MenuRests.length(after: error)
                    if rest == nil, await leadsElsewhere(error, change.place) { continue }
                }
                if let rest {
                    rests.begin(rest, at: change.place, at: .now)
                    begun.append(rest)
                    continue
                }
                rests.noteDone(change.place)
                let now = hub.clock.now()
                try await hub.database.write { try ChatMenus(connection: $0, handler: handler).note(change, at: now) }
                if settings.limits == .telegram { try await Task.sleep(for: MenuRests.pace) }
            }
        } catch is CancellationError {
            // The gateway stops; what is open is found again at the next start.
        } catch {
            log.error("the menus of chats could not be looked up", metadata: ["error": "\(HubError(error))"])
        }
        return begun
    }

    /// Notes what a refused menu tells about its chat; what else is refused is not asked for again unchanged.
    private func leadsElsewhere(_ error: BotAPIError, _ place: SlotTable.Place) async -> Bool {
        switch error.remedy {
        case .rewriteChat(let chat):
            await act(on: .migrated(place.chat, to: chat), of: place.bot)
            return true
        case .abandonChat:
            await act(on: .chatDied(place.chat, error), of: place.bot)
            return true
        default: return false
        }
    }
}
