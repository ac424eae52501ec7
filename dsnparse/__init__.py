"""dsnparse: any bounced e-mail in, a correct, explained, actionable record out."""
