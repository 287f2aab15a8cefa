import HubCore
import HubService

extension TelegramGateway {
    /// The commands have changed: every bot shows its menus anew, beside all else.
    package func menusChanged() { menuChanges.add(.all) }

    func keepMenus() async {
        await menuChanges.forEach { extent in
            if extent == .all {
                for line in lines { await line.showMenus(handler) }
            }
            await showChatMenus()
        }
    }

    /// Tells Telegram what has changed in the menus of single chats. What it does not take stays open until the next change or start: a menu
    /// is help, no permission.
    private func showChatMenus() async {
        let handler = handler
        do {
            let changes = try await hub.database.read { try ChatMenus(connection: $0, handler: handler).changes() }
            for change in changes {
                guard let line = line(change.place.bot), await line.showMenu(change.commands, in: change.place.chat) else { continue }
                let now = hub.clock.now()
                try await hub.database.write { try ChatMenus(connection: $0, handler: handler).note(change, at: now) }
            }
        } catch {
            log.error("the menus of chats could not be looked up", metadata: ["error": "\(HubError(error))"])
        }
    }
}
