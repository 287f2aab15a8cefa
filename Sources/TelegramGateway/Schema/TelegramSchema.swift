import HubStore

extension Schema {
    /// All that the chat gateway keeps. Chats and messages are named by bot as well: two bots number the same private chat each for itself.
    package static let telegram = Schema(component: "telegram", migrations: [.telegram1, .telegram2, .telegram3, .telegram4])
}

extension Migration {
    fileprivate static let telegram4 = Migration(
        4,
        [
            """
            CREATE TABLE telegram_deferred (
                sequence BIGINT PRIMARY KEY NOT NULL, project TEXT NOT NULL REFERENCES project (id), was_decision BOOLEAN NOT NULL,
                until BIGINT NOT NULL)
            """,
            "CREATE INDEX telegram_deferred_until ON telegram_deferred (until, sequence)",
            "CREATE INDEX telegram_deferred_project ON telegram_deferred (project)",
        ])

    fileprivate static let telegram3 = Migration(
        3,
        [
            """
            CREATE TABLE telegram_tail (
                bot BIGINT NOT NULL, chat BIGINT NOT NULL, session TEXT NOT NULL REFERENCES session (id), topic BIGINT,
                person TEXT NOT NULL REFERENCES person (id), is_paused BOOLEAN NOT NULL, until BIGINT NOT NULL, call BLOB NOT NULL,
                PRIMARY KEY (bot, chat, session))
            """,
            """
            CREATE TABLE telegram_asker (
                key TEXT NOT NULL, bot BIGINT NOT NULL, chat BIGINT NOT NULL, message BIGINT NOT NULL, topic BIGINT,
                asked_at BIGINT NOT NULL, PRIMARY KEY (key, bot, chat, message))
            """,
            "CREATE INDEX telegram_asker_age ON telegram_asker (asked_at)",
        ])

    fileprivate static let telegram2 = Migration(
        2,
        [
            """
            CREATE TABLE telegram_settled (
                topic TEXT NOT NULL, is_short BOOLEAN NOT NULL, number BIGINT NOT NULL, message TEXT, settled_at BIGINT NOT NULL,
                PRIMARY KEY (topic, is_short))
            """,
            "CREATE INDEX telegram_settled_age ON telegram_settled (settled_at)",
        ])

    fileprivate static let telegram1 = Migration(
        1,
        [
            """
            CREATE TABLE telegram_bot (
                id BIGINT PRIMARY KEY NOT NULL, username TEXT, token BLOB NOT NULL, next_offset BIGINT, added_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE telegram_inbox (
                bot BIGINT NOT NULL, update_id BIGINT NOT NULL, json TEXT, received_at BIGINT NOT NULL, handled_at BIGINT,
                PRIMARY KEY (bot, update_id), CHECK (handled_at IS NOT NULL OR json IS NOT NULL))
            """,
            "CREATE INDEX telegram_inbox_waiting ON telegram_inbox (bot, received_at, update_id) WHERE handled_at IS NULL",
            "CREATE INDEX telegram_inbox_handled ON telegram_inbox (handled_at) WHERE handled_at IS NOT NULL",
            """
            CREATE TABLE telegram_chat (
                bot BIGINT NOT NULL, chat BIGINT NOT NULL, is_private BOOLEAN NOT NULL, project TEXT REFERENCES project (id),
                topic BIGINT, last_shown TEXT, is_dead BOOLEAN NOT NULL DEFAULT FALSE, seen_at BIGINT NOT NULL, PRIMARY KEY (bot, chat))
            """,
            "CREATE INDEX telegram_chat_project ON telegram_chat (project) WHERE project IS NOT NULL",
            """
            CREATE TABLE telegram_conversation (
                bot BIGINT NOT NULL, chat BIGINT NOT NULL, sender BIGINT NOT NULL, state TEXT NOT NULL, updated_at BIGINT NOT NULL,
                PRIMARY KEY (bot, chat, sender))
            """,
            "CREATE TABLE telegram_stranger (sender BIGINT PRIMARY KEY NOT NULL, told_at BIGINT NOT NULL)",
            """
            CREATE TABLE telegram_message (
                bot BIGINT NOT NULL, chat BIGINT NOT NULL, message BIGINT NOT NULL, topic TEXT NOT NULL,
                has_buttons BOOLEAN NOT NULL DEFAULT FALSE, sent_at BIGINT NOT NULL, PRIMARY KEY (bot, chat, message))
            """,
            "CREATE INDEX telegram_message_open ON telegram_message (topic) WHERE has_buttons = TRUE",
            """
            CREATE TABLE telegram_slot (
                bot BIGINT NOT NULL, chat BIGINT NOT NULL, name TEXT NOT NULL, message BIGINT, topic BIGINT, digest TEXT NOT NULL,
                updated_at BIGINT NOT NULL, PRIMARY KEY (bot, chat, name))
            """,
            "CREATE INDEX telegram_slot_message ON telegram_slot (bot, chat, message)",
            "CREATE INDEX telegram_slot_name ON telegram_slot (name)",
            """
            CREATE TABLE telegram_button (
                id TEXT PRIMARY KEY NOT NULL, bot BIGINT NOT NULL, chat BIGINT NOT NULL, slot TEXT, action TEXT NOT NULL,
                created_at BIGINT NOT NULL)
            """,
            "CREATE INDEX telegram_button_slot ON telegram_button (bot, chat, slot) WHERE slot IS NOT NULL",
            "CREATE INDEX telegram_button_age ON telegram_button (created_at)",
            """
            CREATE TABLE telegram_outbox (
                id BIGINT PRIMARY KEY NOT NULL, bot BIGINT NOT NULL, chat BIGINT NOT NULL, source TEXT NOT NULL, lane BIGINT NOT NULL,
                merge_key TEXT, state TEXT NOT NULL
                    CHECK (state IN ('queued', 'in_flight', 'sent', 'uncertain', 'failed', 'superseded')),
                call BLOB, is_sealed BOOLEAN NOT NULL, document BLOB, message BIGINT, created_at BIGINT NOT NULL, finished_at BIGINT,
                UNIQUE (bot, source), CHECK ((finished_at IS NULL) = (state IN ('queued', 'in_flight'))))
            """,
            "CREATE INDEX telegram_outbox_waiting ON telegram_outbox (bot, id) WHERE finished_at IS NULL",
            """
            CREATE INDEX telegram_outbox_merge ON telegram_outbox (bot, chat, merge_key)
                WHERE state = 'queued' AND merge_key IS NOT NULL
            """,
            "CREATE INDEX telegram_outbox_finished ON telegram_outbox (finished_at) WHERE finished_at IS NOT NULL",
            """
            CREATE TABLE telegram_deletion (
                bot BIGINT NOT NULL, chat BIGINT NOT NULL, message BIGINT NOT NULL, due BIGINT NOT NULL, PRIMARY KEY (bot, chat, message))
            """,
            """
            CREATE TABLE telegram_origin (
                task TEXT PRIMARY KEY NOT NULL REFERENCES agent_task (id), bot BIGINT NOT NULL, chat BIGINT NOT NULL, topic BIGINT)
            """,
        ])
}
