"""The shell of all pages: session, request protection, language, layout, errors, live states.

>>> # A page of any part is a synchronous function:
>>> # @router.get("/x")
>>> # def x(request: Request, session: Annotated[Session, Depends(require)]) -> HTMLResponse:
>>> #     return page(request, "forms/x.html", texts=texts, anything=1)
"""
