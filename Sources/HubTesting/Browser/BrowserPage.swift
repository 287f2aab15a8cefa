import Foundation

/// A page of a ``Browser``. Elements are named by CSS selectors.
package struct BrowserPage: Sendable {
    let browser: Browser
    let session: String

    private struct Evaluated: Decodable {
        struct Details: Decodable {
            struct Exception: Decodable { let description: String?, value: String? }
            let text: String
            let exception: Exception?
        }
        let exceptionDetails: Details?
    }
    private struct Returned<Value: Decodable>: Decodable {
        struct Remote: Decodable { let value: Value }
        let result: Remote
    }

    /// Loads `url` and waits until the page is complete.
    package func navigate(to url: String) async throws {
        try await browser.run("Page.navigate", ["url": url], session: session)
        try await wait(until: "location.href !== 'about:blank' && document.readyState === 'complete'")
    }

    /// Sets the size in CSS pixels and the colour scheme.
    package func show(width: Int, height: Int, isDark: Bool = false) async throws {
        try await browser.run(
            "Emulation.setDeviceMetricsOverride", ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600],
            session: session)
        let scheme: [[String: String]] = [["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]]
        try await browser.run("Emulation.setEmulatedMedia", ["features": scheme], session: session)
    }

    /// The value of a JavaScript expression; a promise is awaited.
    ///
    /// - Throws: ``Browser/Failure/script(_:)`` when it throws.
    package func evaluate<Value: Decodable & Sendable>(_ script: String, as type: Value.Type = Value.self) async throws -> Value {
        let data = try await raw(script)
        return try JSONDecoder().decode(Returned<Value>.self, from: data).result.value
    }

    /// Runs JavaScript for its effect.
    package func run(_ script: String) async throws { _ = try await raw(script) }

    private func raw(_ script: String) async throws -> Data {
        let data = try await browser.data(
            "Runtime.evaluate", ["expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true], session: session)
        if let details = try JSONDecoder().decode(Evaluated.self, from: data).exceptionDetails {
            throw Browser.Failure.script(details.exception?.description ?? details.exception?.value ?? details.text)
        }
        return data
    }

    /// Waits until the expression is truthy; it is asked after each change of the document.
    package func wait(until condition: String, timeout: Duration = .seconds(60)) async throws {
        let milliseconds = timeout.components.seconds * 1000 + timeout.components.attoseconds / 1_000_000_000_000_000
        try await run(
            """
            new Promise((resolve, reject) => {
              let timer, observer, pulse;
              const check = () => {
                let holds = false;
                try { holds = Boolean(\(condition)); } catch {}
                if (!holds) return;
                observer.disconnect(); clearTimeout(timer); clearInterval(pulse); resolve(true);
              };
              observer = new MutationObserver(check);
              observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
              pulse = setInterval(check, 100);
              timer = setTimeout(() => { observer.disconnect(); clearInterval(pulse); reject(new Error("waited in vain")); }, \(milliseconds));
              check();
            })
            """)
    }

    /// Waits until an element shows `text`, then clicks its middle with the mouse.
    ///
    /// - Parameter text: part of the element's text; empty for any.
    package func click(_ selector: String, text: String = "") async throws {
        struct Point: Decodable, Sendable { let x: Double, y: Double }
        let find =
            "[...document.querySelectorAll(\(Self.quote(selector)))].find(one => one.textContent.includes(\(Self.quote(text))) && one.offsetParent)"
        try await wait(until: find)
        let point: Point = try await evaluate(
            "(() => { const one = \(find); one.scrollIntoView({ block: 'nearest' }); const box = one.getBoundingClientRect(); "
                + "return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; })()")
        for event in ["mousePressed", "mouseReleased"] {
            try await browser.run(
                "Input.dispatchMouseEvent", ["type": event, "x": point.x, "y": point.y, "button": "left", "clickCount": 1], session: session
            )
        }
    }

    /// Clicks into a field and types.
    package func type(_ text: String, into selector: String) async throws {
        try await click(selector)
        try await browser.run("Input.insertText", ["text": text], session: session)
    }

    /// Presses a key, by its DOM name: `Enter`, `ArrowDown`, `Tab` …
    package func press(_ key: String) async throws {
        let codes = ["Enter": 13, "Tab": 9, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40]
        var parameters: [String: any Sendable] = ["key": key, "code": key, "windowsVirtualKeyCode": codes[key] ?? 0]
        if key == "Enter" { parameters["text"] = "\r" }
        for event in ["keyDown", "keyUp"] {
            parameters["type"] = event
            try await browser.run("Input.dispatchKeyEvent", parameters, session: session)
        }
    }

    /// The text that an element shows; of the first that fits.
    package func text(of selector: String) async throws -> String {
        try await evaluate("document.querySelector(\(Self.quote(selector)))?.innerText ?? ''")
    }

    /// The visible part of the page as PNG.
    package func screenshot() async throws -> Data {
        struct Shot: Decodable { let data: String }
        let shot: Shot = try await browser.call("Page.captureScreenshot", ["format": "png"], session: session)
        return Data(base64Encoded: shot.data) ?? Data()
    }

    /// Errors and security violations that the console showed so far.
    package func problems() async -> [String] { await browser.problems(in: session) }

    /// `text` as a JavaScript string literal.
    package static func quote(_ text: String) -> String {
        // Encoding a string cannot fail.
        let encoded = (try? JSONEncoder().encode([text])) ?? Data("[\"\"]".utf8)
        return String(String(decoding: encoded, as: UTF8.self).dropFirst().dropLast())
    }
}
