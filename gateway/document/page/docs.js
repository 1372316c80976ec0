SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  // Else it would ask a server on the internet whether the document is valid.
  validatorUrl: null,
});
