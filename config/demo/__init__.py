"""A made-up district: one street, 13 communities, 40 units, 1,500 members, a quarter behind them."""
