import HTTPTypes

/// `/`: says what this is to whoever comes with a browser.
enum HomePage {
    static let reply = Reply(
        status: 200, type: "text/html; charset=utf-8", bytes: Array(html.utf8),
        headers: [
            .contentSecurityPolicy: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            .xFrameOptions: "DENY", .referrerPolicy: "no-referrer",
        ])

    private static let html = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Orchestratia hub</title></head>
        <body>
        <h1>Orchestratia hub</h1>
        <p>This hub hands tasks to AI agents and asks people on Telegram. It runs.</p>
        <p>There is no dashboard in this version; it comes later. Use the Telegram bot, or the REST interface under <code>/api/v1</code>.</p>
        <p>Is it well? <a href="/api/v1/health">/api/v1/health</a></p>
        </body>
        </html>

        """
}

extension HTTPField.Name {
    // These literals are valid names; the fallback is never used.
    fileprivate static let xFrameOptions = HTTPField.Name("X-Frame-Options") ?? .accept
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .accept
}
