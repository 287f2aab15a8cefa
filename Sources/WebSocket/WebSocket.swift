enum WebSocketPlace {}
