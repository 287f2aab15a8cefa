import ChatOps
import HubService
import TelegramBot

extension MessageText {
    /// The text as the Bot API takes it. What looks like a secret is masked, unless the message is there to show one.
    init(_ text: ChatText, showsSecrets: Bool) {
        self.init()
        for run in text.runs {
            let words = showsSecrets ? run.text : Redactor.redact(run.text)
            switch run.style {
            case .plain: append(words)
            case .bold: append(.bold(words))
            case .italic: append(.italic(words))
            case .code: append(.code(words))
            case .pre(let language): append(.pre(words, language: language))
            case .quote(let folded): append(.quote(MessageText(words), isExpandable: folded))
            case .link(let url): append(.link(words, to: url))
            }
        }
    }
}

extension ChatMessage.Urgency {
    var lane: SendLane {
        switch self {
        case .answer: .answers
        case .decision: .decisions
        case .result: .results
        case .card: .cards
        case .live: .live
        }
    }
}
