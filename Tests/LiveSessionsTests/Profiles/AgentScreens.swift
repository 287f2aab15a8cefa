import HubCore
import LiveSessions
import Terminal

/// Screens as the agents' programs are publicly known to draw them, in our words where the words do not matter.
enum AgentScreens {
    static let claudePermission = """
        ● I'll look at what changed first.

        ╭──────────────────────────────────────────────────────────────╮
        │ Bash command                                                 │
        │                                                              │
        │   git push origin main                                       │
        │   Push the branch                                            │
        │                                                              │
        │ Do you want to proceed?                                      │
        │ ❯ 1. Yes                                                     │
        │   2. Yes, and don't ask again for git push commands          │
        │   3. No, and tell Claude what to do differently (esc)        │
        ╰──────────────────────────────────────────────────────────────╯
        """
    static let claudeTwoOptions = """
        ──────────────────────────────────────────────
         Edit file Sources/App/Main.swift
         Do you want to make this edit to Main.swift?
         ❯ 1. Yes
           2. No

         Esc to cancel · Tab to amend
        """
    static let claudePlan = """
         Here is my plan:
         1. Read the parser
         2. Write a test
         3. Fix it

         Would you like to proceed?

         ❯ 1. Yes, and auto-accept edits
           2. Yes, and manually approve edits
           3. No, keep planning
        """
    static let claudeTrust = """
        Do you trust the files in this folder?

          ~/web

        ❯ 1. Yes, proceed
          2. No, exit
        """
    static let claudeBusy = """
        ● Reading the tests (2 files)

        ✻ Pondering… (12s · ↓ 1.2k tokens · esc to interrupt)

        ────────────────────────────────────────
        ❯ \u{20}
        ────────────────────────────────────────
          ? for shortcuts
        """
    static let claudeIdle = """
        ● Done. All 14 tests pass.

        ✻ Baked for 2m 4s

        ────────────────────────────────────────
        ❯ \u{20}
        ────────────────────────────────────────
          ? for shortcuts
        """
    static let claudeLimit = """
        ❯ continue
        You've hit your session limit · resets 10:30pm (Europe/Berlin)
        /upgrade to increase your usage limit.

        ────────────────────────────────────────
        ❯ \u{20}
        ────────────────────────────────────────
          ? for shortcuts
        """
    static let claudeOldLimit = "  ⎿  5-hour limit reached ∙ resets 3pm\n     /upgrade to increase your usage limit.\n\n> "
    static let claudeNearLimit = """
        ● Done.

        ────────────────────────────────────────
        ❯ \u{20}
        ────────────────────────────────────────
          ? for shortcuts            Approaching 5-hour limit
        """
    static let claudeQuestion = """
         ☐ Storage

        Which database shall the service use?

        ❯ 1. SQLite
             One file, nothing to run
          2. PostgreSQL
             A server of its own
          3. Type something.

        Enter to select · Tab/Arrow keys to navigate · Esc to cancel
        """
    static let codexPermission = """

          Would you like to run the following command?

          Reason: the tests need the network

          $ swift package resolve

        › 1. Yes, proceed (y)
          2. Yes, and don't ask again for commands that start with `swift package` (p)
          3. No, and tell Codex what to do differently (esc)

          Press enter to confirm or esc to cancel
        """
    static let codexEdits = """
          Would you like to make the following edits?

          README.md (+3 -1)

            1 -old
            1 +new

        › 1. Yes, proceed (y)
          2. Yes, and don't ask again for these files (a)
          3. No, and tell Codex what to do differently (esc)
        """
    static let codexBusy = """
        • Explored
          └ Search parser

        • Working (3s • esc to interrupt)


        › Summarize recent commits

          ? for shortcuts                    97% context left
        """
    static let codexIdle = """
        • The parser now skips blank lines.

        › Summarize recent commits

          ? for shortcuts                    96% context left
        """
    static let codexLimit = """
        ■ You've hit your usage limit. Visit https://chatgpt.com/codex/settings/usage to
        purchase more credits or try again at 3:28 PM.

        › Summarize recent commits

          ? for shortcuts
        """
    static let geminiPermission = """
        ╭───────────────────────────────────────────────────╮
        │ Action Required                                   │
        │                                                   │
        │ ?  Shell npm install lodash [current directory]   │
        │                                                   │
        │ npm install lodash                                │
        │ Allow execution of: 'npm'?                        │
        │                                                   │
        │ ● 1. Allow once                                   │
        │   2. Allow for this session                       │
        │   3. No, suggest changes (esc)                    │
        │                                                   │
        ╰───────────────────────────────────────────────────╯

        ⠏ Waiting for user confirmation...
        """
    static let geminiBusy = """
        ✦ I will read the file.

        ⠹ Counting semicolons (esc to cancel, 4s)

        ╭───────────────────────────────────────────────────╮
        │ >   Type your message or @path/to/file            │
        ╰───────────────────────────────────────────────────╯
        """
    static let geminiIdle = """
        ✦ The file holds 12 lines.

        ╭───────────────────────────────────────────────────╮
        │ >   Type your message or @path/to/file            │
        ╰───────────────────────────────────────────────────╯
        ~/web (main*)        no sandbox        gemini-3-pro
        """
    static let geminiLimit = """
        ╭───────────────────────────────────────────────────╮
        │ Usage limit reached for gemini-3-flash-preview.   │
        │ Access resets at 10:57 PM GMT-3.                  │
        │                                                   │
        │ ● 1. Keep trying                                  │
        │   2. Stop                                         │
        ╰───────────────────────────────────────────────────╯
        """
    static let aiderPermission = """
        touch a.txt
        Run shell command? (Y)es/(N)o/(D)on't ask again [Yes]: \u{20}
        """
    static let aiderIdle = """
        Running touch a.txt
        Run shell command? (Y)es/(N)o/(D)on't ask again [Yes]: y
        Added 2 lines of output to the chat.
        ────────────────────────────────────────
        > \u{20}
        """
    static let aiderBusy = "> fix it\n\n░█        Waiting for openrouter/some-model"

    /// A screen with that text, the cursor behind its last character.
    static func image(_ text: String, columns: Int = 90, rows: Int = 30, after: String = "") -> ScreenImage {
        let screen = TerminalScreen(size: TerminalSize(clampingColumns: columns, rows: rows), scrollback: 0)
        screen.feed(Array((text.replacing("\n", with: "\r\n") + after).utf8))
        return screen.image
    }
}
