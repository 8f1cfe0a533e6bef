"""The common base of all pages: templates, languages, security headers, cookies, same origin, visible characters.

For the card control, the officers' console of the simulator and the portal; nothing of a server stands here.
"""
