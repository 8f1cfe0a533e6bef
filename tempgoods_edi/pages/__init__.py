"""What pages have in common: templates, languages, protective headers, cookies, same origin, visible marks.

For the card control, the officers' console of the simulator and the portal; nothing of a server stands here.
"""
