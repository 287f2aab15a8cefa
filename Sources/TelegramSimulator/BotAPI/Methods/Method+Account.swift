extension Method {
    static let account: [Method] = [
        Method("getMe", []) { _, bot, world in
            guard let account = world.bots[bot], var members = world.userJSON(bot).object else { return .null }
            members["can_join_groups"] = true
            members["can_read_all_group_messages"] = .bool(account.readsAllGroupMessages)
            members["supports_inline_queries"] = false
            members["has_topics_enabled"] = .bool(account.hasTopics)
            return .object(members)
        },
        Method(
            "setWebhook",
            [
                .required("url", .string), .optional("max_connections", .integer), .optional("allowed_updates", .array),
                .optional("drop_pending_updates", .boolean), .optional("secret_token", .string),
            ]
        ) { arguments, bot, world throws(World.Refusal) in
            let url = arguments.string("url") ?? ""
            guard url.isEmpty || url.hasPrefix("https://") else {
                throw .badRequest("bad webhook: An HTTPS URL must be provided for webhook")
            }
            world.setWebhook(url.isEmpty ? nil : url, of: bot, dropsPending: arguments.flag("drop_pending_updates"))
            return true
        },
        Method("deleteWebhook", [.optional("drop_pending_updates", .boolean)]) { arguments, bot, world in
            world.setWebhook(nil, of: bot, dropsPending: arguments.flag("drop_pending_updates"))
            return true
        },
        Method("getWebhookInfo", []) { _, bot, world in
            let account = world.bots[bot]
            return [
                "url": .string(account?.webhook ?? ""), "has_custom_certificate": false,
                "pending_update_count": .integer(Int64(account?.queue.pending.count ?? 0)),
                "allowed_updates": account?.queue.allowed.map { .array($0.sorted().map { .string($0) }) },
            ]
        },
        Method("logOut", []) { _, _, _ in true },
        Method("close", []) { _, _, _ in true },
        Method("getChat", [.required("chat_id", .chat)]) { arguments, bot, world throws(World.Refusal) in
            let chat = try world.destination(arguments["chat_id"], for: bot)
            guard var members = world.json(chat).object else { return .null }
            members["accent_color_id"] = 0
            members["max_reaction_count"] = 11
            members["accepted_gift_types"] = [:]
            return .object(members)
        },
        Method("getChatMember", [.required("chat_id", .chat), .required("user_id", .integer)]) {
            arguments, bot, world throws(World.Refusal) in
            let chat = try world.destination(arguments["chat_id"], for: bot)
            let account = Int64(arguments.integer("user_id") ?? 0)
            guard let membership = chat.members[account] else {
                guard world.people[account] != nil || world.bots[account] != nil else { throw .badRequest("user not found") }
                return world.memberJSON(account, as: .left)
            }
            return world.memberJSON(account, as: membership)
        },
        Method("getChatAdministrators", [.required("chat_id", .chat)]) { arguments, bot, world throws(World.Refusal) in
            let chat = try world.destination(arguments["chat_id"], for: bot)
            guard chat.kind != .direct else { throw .badRequest("there are no administrators in the private chat") }
            return .array(
                chat.members.filter { $0.value.isAdministrator }.sorted { $0.key < $1.key }.map { world.memberJSON($0.key, as: $0.value) })
        },
    ]
}

extension World {
    mutating func setWebhook(_ url: String?, of bot: Bot.ID, dropsPending: Bool) {
        bots[bot]?.webhook = url
        if dropsPending { bots[bot]?.queue.pending = [] }
        changes.append(.updates(bot))
    }
}
