// purpose: one node a bank account
// params: none
// returns: none
// mode: schema
CREATE CONSTRAINT bank_account_value IF NOT EXISTS
FOR (v:BankAccount) REQUIRE v.value IS UNIQUE
